using Sandbox.Cgroups;
using Sandbox.Containers;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Undoes what create has made, and runs the hooks that come after.</summary>
internal static class ContainerRemoval
{
    /// <summary>Only what has stopped may be removed.</summary>
    public static void Check(Container container)
    {
        if (container.Status is not ContainerStatus.Stopped and var status)
        {
            throw new SandboxException(
                $"cannot delete container {container.Id}", $"it is not stopped: {ContainerStatusName.Of(status)}", "kill it first, or use --force");
        }
    }

    public static void Remove(Container container, OciContext context)
    {
        HooksSpec hooks = container.State.HasLateHooks
            ? ConfigReader.Read(container.Directory.ReadConfig(), container.State.Bundle).Hooks
            : HooksSpec.None;
        using (Cgroup? cgroup = ContainerCgroups.Open(container.State.Cgroup))
        {
            if (cgroup is not null)
            {
                // Whoever is left in it ends here: without a PID namespace of its own a container may outlive its process.
                CgroupEnd.Remove(cgroup);
            }
        }

        container.Directory.Remove();
        RunPoststop(hooks, container.State, context);
    }

    /// <summary>The container is gone, whatever they do: what fails is only told.</summary>
    public static void RunPoststop(HooksSpec hooks, ContainerState state, OciContext context)
    {
        string report = StateReport.Write(state, ContainerStatus.Stopped, compact: true).ToString();
        foreach (SandboxException failure in RuntimeHooks.RunAll("poststop", hooks.Poststop, state.Bundle, report))
        {
            context.Log.Warn(failure.Message);
        }
    }
}
