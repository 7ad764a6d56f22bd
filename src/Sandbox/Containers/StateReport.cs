using System.Globalization;
using Sandbox.Json;
using Sandbox.Spec;

namespace Sandbox.Containers;

/// <summary>The state of a container as the specification has it: what <c>state</c> prints and what hooks read.</summary>
internal static class StateReport
{
    private const string PidToCome = "@";

    public static JsonText Write(ContainerState state, ContainerStatus status, bool compact) =>
        Write(state, status, PidOf(state, status).ToString(CultureInfo.InvariantCulture), compact);

    /// <summary>For hooks inside, which see the container's process by a number that only it can tell: the text before that number, and after.</summary>
    public static (string Head, string Tail) Split(ContainerState state, ContainerStatus status)
    {
        string text = Write(state, status, PidToCome, compact: true).ToString();

        // The first of its kind: an id, which comes before, has no quotation marks.
        const string member = "\"pid\":";
        int place = text.IndexOf(member + PidToCome, StringComparison.Ordinal) + member.Length;
        return (text[..place], text[(place + PidToCome.Length)..]);
    }

    private static JsonText Write(ContainerState state, ContainerStatus status, string pid, bool compact)
    {
        JsonText json = new JsonText(compact).Begin('{')
            .Add("ociVersion", SpecVersion.Own)
            .Add("id", state.Id)
            .Add("status", ContainerStatusName.Of(status))
            .Raw("pid", pid)
            .Add("bundle", state.Bundle)
            .Add("rootfs", state.Rootfs)
            .Add("created", state.Created)
            .Add("owner", state.Owner);
        if (!state.Annotations.IsEmpty)
        {
            json.Begin('{', "annotations");
            foreach (NamedText annotation in state.Annotations)
            {
                json.Add(annotation.Name, annotation.Value);
            }

            json.End('}');
        }

        return json.End('}');
    }

    /// <summary>The number of a process that has ended may be another's by now.</summary>
    private static int PidOf(ContainerState state, ContainerStatus status) => status == ContainerStatus.Stopped ? 0 : state.Process.Pid;
}
