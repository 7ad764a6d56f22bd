using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>A signal that ends the launcher while it brings an image, or writes one: a failure with the exit code that shells give it.</summary>
internal static unsafe class Interruption
{
    private const int ExitCodeOfSignals = 128;

    /// <summary>Waits until something can be read, or throws because what is done is given up.</summary>
    /// <param name="readable">What is waited for.</param>
    /// <param name="cancel">The signalfd; null where nothing gives up.</param>
    /// <param name="what">What is given up.</param>
    public static void Await(SafeFileHandle readable, SafeFileHandle? cancel, string what)
    {
        if (cancel is null)
        {
            return;
        }

        PollDescriptor* polled = stackalloc PollDescriptor[2];
        polled[0] = PollDescriptor.On(readable, PollEvents.POLLIN);
        polled[1] = PollDescriptor.On(cancel, PollEvents.POLLIN);
        while (Libc.poll(polled, 2, -1) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw SandboxException.FromLastError(what);
            }
        }

        if (polled[1].Returned != PollEvents.None)
        {
            throw Of(what, cancel);
        }
    }

    /// <summary>The failure of what is given up.</summary>
    /// <param name="cancel">The signalfd, which is readable.</param>
    public static SandboxException Of(string what, SafeFileHandle cancel)
    {
        SignalInfo info;
        int signal = Libc.read(cancel, &info, sizeof(SignalInfo)) == sizeof(SignalInfo) ? (int)info.Signal : (int)Signal.SIGINT;
        return new SandboxException(what, "interrupted", exitCode: ExitCodeOfSignals + signal);
    }
}
