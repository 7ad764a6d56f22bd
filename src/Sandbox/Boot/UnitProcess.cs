using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>Processes of this executable that do for the manager what a user would do.</summary>
internal static unsafe class UnitProcess
{
    /// <summary>Starts one; its errors go to the console. Returns the PID or a negative errno.</summary>
    public static int Start(string[] words, bool onConsole)
    {
        using SafeFileHandle place = Libc.openat(
            Libc.AT_FDCWD, onConsole ? "/dev/console" : "/dev/null", OpenFlags.O_RDWR | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC, 0);
        const int standardError = 2;
        int descriptor = (int)place.DangerousGetHandle();
        return Libc.SpawnProgram(
            "/proc/self/exe", words, ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/root", "TERM=linux"], descriptor, descriptor, onConsole ? descriptor : standardError);
    }

    public static bool HasEnded(SafeFileHandle process) => Await(process, 0);

    /// <summary>Whether a process ends within so many milliseconds.</summary>
    public static bool Await(SafeFileHandle process, int longest)
    {
        PollDescriptor polled = new() { Descriptor = (int)process.DangerousGetHandle(), Events = PollEvents.POLLIN };
        return Libc.poll(&polled, 1, longest) > 0;
    }
}
