using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>Processes of this executable that do for the manager what a user would do.</summary>
internal static unsafe class UnitProcess
{
    /// <summary>Where images are unpacked that must not depend on a disk.</summary>
    private const string Memory = "/run/sandbox-images";

    private static string[] Environment => ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/root", "TERM=linux"];

    /// <summary>Starts a unit. Returns the PID.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="socket">Where it may say that it is ready.</param>
    /// <param name="error">Where its errors go; null for the console.</param>
    public static int Start(Unit unit, string socket, SafeFileHandle? error)
    {
        List<string> variables = [];
        if (unit.Notifies)
        {
            variables.Add("NOTIFY_SOCKET=" + socket);
        }

        if (unit.InMemory)
        {
            variables.Add("SANDBOX_ROOT=" + Memory);
        }

        int pid = Spawn(unit.Words, unit.OnConsole, variables, error);
        return pid > 0 ? pid : throw SandboxException.FromErrno($"cannot start unit {unit.Name}", (Errno)(-pid));
    }

    /// <summary>Stops a unit's sandbox. Returns the PID or a negative errno.</summary>
    public static int Stop(string name) => Spawn(["sandbox", "stop", "--quiet", name], onConsole: false, [], error: null);

    /// <summary>Runs a command of sandbox's with three descriptors of somebody else's. Returns the PID or a negative errno.</summary>
    public static int Run(string[] words, IReadOnlyList<SafeFileHandle> standard) => Libc.SpawnProgram("/proc/self/exe", words, Environment, standard[0].Descriptor(), standard[1].Descriptor(), standard[2].Descriptor());

    private static int Spawn(string[] words, bool onConsole, List<string> variables, SafeFileHandle? error)
    {
        using SafeFileHandle place = Libc.openat(
            Libc.AT_FDCWD, onConsole ? "/dev/console" : "/dev/null", OpenFlags.O_RDWR | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC, 0);
        const int standardError = 2;
        return Libc.SpawnProgram("/proc/self/exe", words, [.. Environment, .. variables], place.Descriptor(), place.Descriptor(), error is not null ? error.Descriptor() : onConsole ? place.Descriptor() : standardError);
    }

    public static bool HasEnded(SafeFileHandle process) => Await(process, 0);

    /// <summary>Whether a process ends within so many milliseconds.</summary>
    public static bool Await(SafeFileHandle process, int longest) => Libc.AwaitReadable(process, longest);
}
