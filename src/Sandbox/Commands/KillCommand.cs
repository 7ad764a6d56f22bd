using Sandbox.CommandLine;
using Sandbox.Supervisor;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox kill</c>.</summary>
internal static class KillCommand
{
    public static int Run(KillOptions options) => Sandboxes.ForEach(options, (_, entry) =>
    {
        using SandboxHandles handles = Sandboxes.Reach(entry, "signal");
        if (Libc.pidfd_send_signal((int)handles.Init.DangerousGetHandle(), (Signal)options.Signal) != 0)
        {
            throw SandboxException.FromLastError($"cannot signal sandbox {entry.Record.Name}");
        }
    });
}
