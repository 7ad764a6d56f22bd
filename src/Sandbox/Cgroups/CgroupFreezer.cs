using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Stops and resumes all processes of a cgroup at once, without their knowing (cgroup.freeze).</summary>
internal static class CgroupFreezer
{
    /// <summary>A process in an uninterruptible wait, for a disk or a network file system, freezes only behind it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public static void Freeze(Cgroup cgroup)
    {
        cgroup.Write("cgroup.freeze", "1");
        if (!CgroupEvents.Await(cgroup, "frozen", true, LongestWait))
        {
            _ = cgroup.TryWrite("cgroup.freeze", "0");
            throw new SandboxException("cannot pause the sandbox", "a process of it waits for a device and does not stop", "it runs on as before; try again");
        }
    }

    public static void Thaw(Cgroup cgroup) => cgroup.Write("cgroup.freeze", "0");

    /// <summary>Whether it was asked to stop.</summary>
    public static bool IsFrozen(Cgroup cgroup) => cgroup.TryRead("cgroup.freeze") == "1";
}
