using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>kill</c>: a signal to the container's process, or to all of them.</summary>
internal static class KillOperation
{
    public static int Run(OciKillOptions options, OciContext context)
    {
        using Container container = Container.Open(context.Root, options.Id);
        using SafeFileHandle? process = container.OpenProcess();
        int signal = SignalFor(container, options.Signal);
        if (options.All)
        {
            ContainerProcesses.Signal(container.State, signal);
            return 0;
        }

        // Engines look for these words.
        if (process is null)
        {
            throw new SandboxException($"cannot kill container {options.Id}", "container not running");
        }

        if (Libc.SendSignal(process, signal) != 0)
        {
            throw (Errno)Marshal.GetLastPInvokeError() == Errno.ESRCH
                ? new SandboxException($"cannot kill container {options.Id}", "container not running")
                : SandboxException.FromLastError($"cannot kill container {options.Id}");
        }

        return 0;
    }

    /// <summary>
    /// The process that waits for start handles no signal, and what the first process of a PID namespace does not handle
    /// never reaches it (pid_namespaces(7)): what would end any other process is to end that one too.
    /// </summary>
    private static int SignalFor(Container container, int signal) =>
        Ends(signal) && container.Status == ContainerStatus.Created ? (int)Signal.SIGKILL : signal;

    /// <summary>Whether a process ends by it that has said nothing about it (signal(7)).</summary>
    private static bool Ends(int signal) => (Signal)signal is not (
        Signal.None or Signal.SIGCHLD or Signal.SIGCONT or Signal.SIGSTOP or Signal.SIGTSTP or Signal.SIGTTIN or Signal.SIGTTOU or Signal.SIGURG or Signal.SIGWINCH);
}
