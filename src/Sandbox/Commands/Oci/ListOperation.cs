using System.Text;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>list</c>: the containers of the runtime's directory.</summary>
internal static class ListOperation
{
    public static int Run(OciListOptions options, OciContext context)
    {
        List<(ContainerState State, ContainerStatus Status)> containers = Find(context);
        return Output.Print(options switch
        {
            { OnlyIds: true } => Ids(containers),
            { Json: true } => Json(containers),
            _ => Table(containers),
        });
    }

    private static List<(ContainerState State, ContainerStatus Status)> Find(OciContext context)
    {
        List<(ContainerState, ContainerStatus)> containers = [];
        foreach (string name in ContainerDirectory.Names(context.Root))
        {
            try
            {
                // One that another removes meanwhile is no failure.
                if (Container.TryOpen(context.Root, name) is { } found)
                {
                    using Container container = found;
                    containers.Add((container.State with { Owner = Owners.NameOf(container.State.Owner) }, container.Status));
                }
            }
            catch (SandboxException failure)
            {
                // The others are there for all that.
                context.Log.Warn(failure.Message);
            }
        }

        return containers;
    }

    private static string Ids(List<(ContainerState State, ContainerStatus Status)> containers)
    {
        StringBuilder text = new();
        foreach ((ContainerState state, _) in containers)
        {
            text.Append(state.Id).Append('\n');
        }

        return text.ToString();
    }

    private static string Json(List<(ContainerState State, ContainerStatus Status)> containers)
    {
        JsonText json = new JsonText(compact: true).Begin('[');
        foreach ((ContainerState state, ContainerStatus status) in containers)
        {
            json.Raw(null, StateReport.Write(state, status, compact: true).ToString());
        }

        return json.End(']').ToString() + "\n";
    }

    private static string Table(List<(ContainerState State, ContainerStatus Status)> containers)
    {
        TextTable table = new("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");
        foreach ((ContainerState state, ContainerStatus status) in containers)
        {
            string pid = status == ContainerStatus.Stopped ? "0" : $"{state.Process.Pid}";
            table.Add(state.Id, pid, ContainerStatusName.Of(status), Output.Printable(state.Bundle), state.Created, state.Owner);
        }

        return table.ToString();
    }
}
