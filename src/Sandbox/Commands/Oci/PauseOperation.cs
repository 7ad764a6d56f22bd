using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>pause</c> and <c>resume</c>: stops all processes of a container, and lets them go on.</summary>
internal static class PauseOperation
{
    public static int Pause(OciTargetOptions options, OciContext context)
    {
        using Container container = Container.Open(context.Root, options.Id);
        string what = $"cannot pause container {options.Id}";
        if (container.Status is not (ContainerStatus.Running or ContainerStatus.Created) and var status)
        {
            throw new SandboxException(what, status == ContainerStatus.Paused ? "it is paused already" : "container not running");
        }

        using Cgroup cgroup = ContainerCgroups.Need(container.State.Cgroup, what);
        CgroupFreezer.Freeze(cgroup);
        return 0;
    }

    public static int Resume(OciTargetOptions options, OciContext context)
    {
        using Container container = Container.Open(context.Root, options.Id);
        string what = $"cannot resume container {options.Id}";
        if (container.Status is not ContainerStatus.Paused)
        {
            throw new SandboxException(what, "container not paused");
        }

        using Cgroup cgroup = ContainerCgroups.Need(container.State.Cgroup, what);
        CgroupFreezer.Thaw(cgroup);
        return 0;
    }
}
