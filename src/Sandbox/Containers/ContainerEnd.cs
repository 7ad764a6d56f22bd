using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Containers;

/// <summary>Ends the process of a container, and with it, where it is the first of a PID namespace, all others.</summary>
internal static unsafe class ContainerEnd
{
    private const int LongestWait = 30_000;

    public static void Kill(Container container) => Kill(container.State);

    /// <summary>Sends SIGKILL and waits for the end.</summary>
    public static void Kill(ContainerState state)
    {
        using SafeFileHandle? process = state.Process.TryOpen();
        if (process is null)
        {
            return;
        }

        _ = Libc.SendSignal(process, (int)Signal.SIGKILL);
        if (!Libc.AwaitReadable(process, LongestWait))
        {
            throw new SandboxException($"cannot end container {state.Id}", $"process {state.Process.Pid} does not end", "it waits in the kernel, for a disk or a network file system for instance");
        }
    }
}
