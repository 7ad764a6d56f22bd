using Microsoft.Win32.SafeHandles;
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
        if (Send(handles.Init, options.Signal) != 0)
        {
            throw SandboxException.FromLastError($"cannot signal sandbox {entry.Record.Name}");
        }
    });

    /// <summary>The stops of job control are the command's too: sent as a launcher sends them, they would stop the whole sandbox.</summary>
    private static int Send(SafeFileHandle init, int signal) =>
        (Signal)signal is Signal.SIGTSTP or Signal.SIGTTIN or Signal.SIGTTOU ? Libc.QueueSignal(init, signal) : Libc.SendSignal(init, signal);
}
