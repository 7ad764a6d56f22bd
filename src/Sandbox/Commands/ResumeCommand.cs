using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox resume</c>.</summary>
internal static class ResumeCommand
{
    public static int Run(ResumeOptions options) => Sandboxes.ForEach(options, static (_, entry) =>
    {
        using Cgroup cgroup = Sandboxes.OpenCgroup(entry, "resume");
        if (entry.Phase != SandboxPhase.Paused)
        {
            throw new SandboxException($"cannot resume sandbox {entry.Record.Name}", "it is not paused");
        }

        CgroupFreezer.Thaw(cgroup);
    });
}
