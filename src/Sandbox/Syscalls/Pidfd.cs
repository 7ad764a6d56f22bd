using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Calls on processes by descriptor (pidfd_open(2)), for the managed side.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint pidfd_syscall(nint number, nint a, nint b, nint c, nint d);

    /// <summary>pidfd_send_signal(2) of a signal by its number, real-time ones too.</summary>
    public static int SendSignal(SafeFileHandle process, int signal) =>
        (int)pidfd_syscall((nint)SystemCall.pidfd_send_signal, (nint)process.Descriptor(), signal, 0, 0);

    /// <summary>The same, marked as one that was queued; only the kernel can mark one as sent by kill(2).</summary>
    public static int QueueSignal(SafeFileHandle process, int signal)
    {
        QueuedSignal info = new() { Signal = signal, Code = SignalInfo.SI_QUEUE };
        return (int)pidfd_syscall((nint)SystemCall.pidfd_send_signal, (nint)process.Descriptor(), signal, (nint)(&info), 0);
    }
}
