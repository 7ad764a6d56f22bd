using Sandbox.CommandLine;
using Sandbox.Containers;

namespace Sandbox.Commands;

/// <summary><c>state</c>: prints what the specification calls the state of a container.</summary>
internal static class StateOperation
{
    public static int Run(OciTargetOptions options, OciContext context)
    {
        using Container container = Container.Open(context.Root, options.Id);
        ContainerState state = container.State with { Owner = Owners.NameOf(container.State.Owner) };
        return Output.Print(StateReport.Write(state, container.Status, compact: false).ToString());
    }
}
