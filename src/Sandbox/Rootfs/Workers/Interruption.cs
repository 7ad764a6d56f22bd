using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>A signal that ends the launcher while it brings an image: a failure with the exit code that shells give it.</summary>
internal static unsafe class Interruption
{
    private const int ExitCodeOfSignals = 128;

    /// <summary>The failure of what is given up.</summary>
    /// <param name="cancel">The signalfd, which is readable.</param>
    public static SandboxException Of(string what, SafeFileHandle cancel)
    {
        SignalInfo info;
        int signal = Libc.read(cancel, &info, sizeof(SignalInfo)) == sizeof(SignalInfo) ? (int)info.Signal : (int)Signal.SIGINT;
        return new SandboxException(what, "interrupted", exitCode: ExitCodeOfSignals + signal);
    }
}
