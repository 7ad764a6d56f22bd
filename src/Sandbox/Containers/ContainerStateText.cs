using System.Text;
using Sandbox.Json;
using Sandbox.Spec;
using Sandbox.State;

namespace Sandbox.Containers;

/// <summary>Writes and reads state.json.</summary>
internal static class ContainerStateText
{
    public static byte[] Write(ContainerState state)
    {
        JsonText json = new JsonText(compact: true).Begin('{')
            .Add("ociVersion", state.OciVersion)
            .Add("id", state.Id)
            .Add("bundle", state.Bundle)
            .Add("rootfs", state.Rootfs)
            .Add("pid", state.Process.Pid)
            .Add("startTime", (long)state.Process.StartTime)
            .Add("isCreated", state.IsCreated)
            .Add("lacksProcess", state.LacksProcess)
            .Add("created", state.Created)
            .Add("owner", state.Owner)
            .Add("cgroup", state.Cgroup)
            .Add("unit", state.Unit)
            .Add("hasPidNamespace", state.HasPidNamespace)
            .Add("hasLateHooks", state.HasLateHooks);
        json.Begin('{', "annotations");
        foreach (NamedText annotation in state.Annotations)
        {
            json.Add(annotation.Name, annotation.Value);
        }

        json.End('}').Begin('[', "lateSteps");
        foreach (LateStep step in state.LateSteps)
        {
            json.Begin('{').Add("first", step.First).Add("what", step.What).Add("kind", (long)step.Kind).End('}');
        }

        return Encoding.UTF8.GetBytes(json.End(']').End('}').ToString());
    }

    public static ContainerState Read(ReadOnlySpan<byte> text, string name)
    {
        JsonPlace json = JsonPlace.Parse(text, $"cannot use {name}");
        return new ContainerState
        {
            OciVersion = json.Required("ociVersion").Text(),
            Id = json.Required("id").Text(),
            Bundle = json.Required("bundle").Text(),
            Rootfs = json.Text("rootfs") ?? "",
            Process = new ProcessIdentity((int)json.Required("pid").Number(int.MaxValue), json.Required("startTime").Number()),
            IsCreated = json.IsTrue("isCreated"),
            LacksProcess = json.IsTrue("lacksProcess"),
            Created = json.Required("created").Text(),
            Owner = json.Text("owner") ?? "",
            Cgroup = json.Text("cgroup"),
            Unit = json.Text("unit"),
            HasPidNamespace = json.IsTrue("hasPidNamespace"),
            HasLateHooks = json.IsTrue("hasLateHooks"),
            Annotations = ConfigReader.Texts(json, "annotations"),
            LateSteps = [.. Array.ConvertAll([.. json.Items("lateSteps")], ReadStep)],
        };
    }

    private static LateStep ReadStep(JsonPlace step) => new(
        (int)step.Required("first").Number(int.MaxValue), step.Required("what").Text(), (LateStepKind)step.Required("kind").Number((ulong)LateStepKind.Command));
}
