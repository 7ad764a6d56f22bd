using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox pause</c>.</summary>
internal static class PauseCommand
{
    public static int Run(PauseOptions options) => Sandboxes.ForEach(options, static (_, entry) =>
    {
        if (entry.Phase == SandboxPhase.Paused)
        {
            throw new SandboxException($"cannot pause sandbox {entry.Record.Name}", Sandboxes.Describe(entry));
        }

        using Cgroup cgroup = Sandboxes.OpenCgroup(entry, "pause");
        CgroupFreezer.Freeze(cgroup);
    });
}
