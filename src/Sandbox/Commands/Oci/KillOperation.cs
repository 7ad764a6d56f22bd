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
        if (options.All)
        {
            ContainerProcesses.Signal(container.State, options.Signal);
            return 0;
        }

        // Engines look for these words.
        if (process is null)
        {
            throw new SandboxException($"cannot kill container {options.Id}", "container not running");
        }

        if (Libc.SendSignal(process, options.Signal) != 0)
        {
            throw (Errno)Marshal.GetLastPInvokeError() == Errno.ESRCH
                ? new SandboxException($"cannot kill container {options.Id}", "container not running")
                : SandboxException.FromLastError($"cannot kill container {options.Id}");
        }

        return 0;
    }
}
