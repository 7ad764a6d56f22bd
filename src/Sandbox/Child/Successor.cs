using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Another process that goes on with the program in this one's place.</summary>
internal static unsafe class Successor
{
    private const int LongestNumber = 10;

    /// <summary>Returns in the successor, which is a child of the launcher's, and on failure.</summary>
    /// <param name="maps">The ids of the successor's user namespace; null where it maps them itself, or has none of its own.</param>
    public static nint Make(ProgramImage* program, ulong namespaces, IdMapImage* maps)
    {
        nint pid = Clone(namespaces | (ulong)CloneFlags.CLONE_PARENT);
        if (pid <= 0)
        {
            return pid < 0 ? -*Native.ErrnoLocation() : 0;
        }

        nint mapped = maps == null ? 0 : Map((int)pid, maps);
        if (mapped < 0)
        {
            // It waits for the launcher, who will not hear of it.
            Native.Call(SystemCall.kill, pid, (nint)Signal.SIGKILL);
            return mapped;
        }

        Report report = default;
        report.Kind = ReportKind.HandedOver;
        report.Value = (int)pid;
        Native.Call(SystemCall.write, program->Slots[program->Init.Report], (nint)(&report), sizeof(Report));
        Interpreter.Exit(0);
        return 0;
    }

    /// <summary>
    /// Returns in a child, which is in the PID namespace that this process's children are made in. Who ends in there leaves its own
    /// children to PID 1. From outside they would come to whoever reaps orphans there: a container's first process often reaps none, and
    /// a dead process that nobody reaps keeps its PID namespace from ending.
    /// </summary>
    public static void GoInside(ProgramImage* program)
    {
        nint pid = Native.Call(SystemCall.clone, (nint)Signal.SIGCHLD);
        if (pid == 0)
        {
            return;
        }

        if (pid < 0)
        {
            Telling.Failure(program, program->CommandStart, *Native.ErrnoLocation(), 0);
        }

        // Whoever waits for this one finds the other gone as well; what became of it, it tells itself.
        Native.Call(SystemCall.wait4, pid, 0, (nint)WaitOptions.__WALL, 0);
        Interpreter.Exit(0);
    }

    /// <summary>Its signal to the launcher is this process's own: none may be given beside CLONE_PARENT.</summary>
    private static nint Clone(ulong flags)
    {
        if (flags == (ulong)CloneFlags.CLONE_PARENT)
        {
            // The container's filter may hold already, and those refuse clone3(2), whose flags they cannot read.
            return Native.Call(SystemCall.clone, (nint)flags);
        }

        CloneArgs arguments = default;
        arguments.Flags = flags;
        return Native.Call(SystemCall.clone3, (nint)(&arguments), sizeof(CloneArgs));
    }

    /// <summary>
    /// Maps the ids of a process that was made in a user namespace below this one's: only who is in the one above may
    /// (user_namespaces(7)), and neither the process nor the launcher is.
    /// </summary>
    private static nint Map(int pid, IdMapImage* maps)
    {
        nint written = Write(pid, "/uid_map"u8, maps->Uids, maps->UidsLength);
        return written < 0 ? written : Write(pid, "/gid_map"u8, maps->Gids, maps->GidsLength);
    }

    private static nint Write(int pid, ReadOnlySpan<byte> name, byte* text, nint length)
    {
        nint file = Open(pid, name);
        if (file < 0)
        {
            return file;
        }

        nint written = Native.Call(SystemCall.write, file, (nint)text, length);
        written = written < 0 ? -*Native.ErrnoLocation() : 0;
        Native.Call(SystemCall.close, file);
        return written;
    }

    [SkipLocalsInit]
    private static nint Open(int pid, ReadOnlySpan<byte> name)
    {
        const int longest = 32;
        byte* path = stackalloc byte[longest];
        byte* digits = stackalloc byte[LongestNumber];
        byte* end = Append(path, "/proc/"u8);
        int count = 0;
        for (int rest = pid; rest > 0; rest /= 10)
        {
            digits[count++] = (byte)('0' + (rest % 10));
        }

        while (count > 0)
        {
            *end++ = digits[--count];
        }

        *Append(end, name) = 0;
        nint file = Native.Call(SystemCall.openat, Libc.AT_FDCWD, (nint)path, (nint)(OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC));
        return file < 0 ? -*Native.ErrnoLocation() : file;
    }

    /// <summary>The end of what is written then.</summary>
    private static byte* Append(byte* to, ReadOnlySpan<byte> text)
    {
        fixed (byte* from = text)
        {
            for (int index = 0; index < text.Length; index++)
            {
                *to++ = from[index];
            }
        }

        return to;
    }
}
