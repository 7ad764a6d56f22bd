using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// Makes sure that no candidate of the command leads to sandbox's own executable: an image with
/// <c>/entry -> /proc/self/exe</c>, or with that path behind #! or in PT_INTERP, would run the host's file as the
/// command, and could then change its mode or contents through /proc/self/exe (the kind of CVE-2019-5736).
/// </summary>
internal static unsafe class CommandInspection
{
    // The kernel follows at most five interpreters (fs/exec.c).
    private const int DeepestInterpreter = 6;

    // BINPRM_BUF_SIZE: by so many bytes the kernel knows what a file is.
    private const int SeenByKernel = 256;

    // Enough for the program headers of nearly every file too.
    private const int HeadSize = 1024;

    // PT_INTERP of the kernel's ELF loader: a path of at most PATH_MAX bytes.
    private const int LongestInterpreter = 4096;

    /// <summary>Zero when each candidate that is there is clean, and one can be executed; else a negative errno, with the refusal in <paramref name="detail"/>.</summary>
    public static nint Run(CommandImage* command, int* detail)
    {
        nint result = -(nint)(int)Errno.ENOENT;
        bool found = false;
        for (byte** candidate = command->Candidates; *candidate != null; candidate++)
        {
            CommandRefusal refusal = Inspect(command, *candidate, 0);
            if (refusal is not (CommandRefusal.None or CommandRefusal.Missing or CommandRefusal.NotExecutable))
            {
                *detail = (int)refusal;
                return -(nint)(int)Errno.EACCES;
            }

            // As execvp(3) has it: the search goes on behind what may not be executed, which is told if nothing else comes.
            found |= refusal == CommandRefusal.None;
            result = found ? 0 : refusal == CommandRefusal.NotExecutable ? -(nint)(int)Errno.EACCES : result;
        }

        return result;
    }

    [SkipLocalsInit]
    private static CommandRefusal Inspect(CommandImage* command, byte* path, int depth)
    {
        nint place = Open(path, OpenFlags.O_PATH);
        if (place < 0)
        {
            return Absent((int)-place);
        }

        bool own;
        bool executable = IsExecutable(command, (int)place, &own);
        Native.Call(SystemCall.close, place);
        if (own || !executable)
        {
            return own ? CommandRefusal.OwnExecutable : CommandRefusal.NotExecutable;
        }

        nint file = Open(path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
        if (file < 0)
        {
            // The kernel reads what the command's user may not: what cannot be looked at is not run.
            return CommandRefusal.Unreadable;
        }

        CommandRefusal refusal = InspectInterpreter(command, (int)file, depth);
        Native.Call(SystemCall.close, file);
        return refusal;
    }

    private static CommandRefusal Absent(int errno) => (Errno)errno switch
    {
        Errno.ENOENT or Errno.ENOTDIR => CommandRefusal.Missing,

        // Behind what even the root inside may not pass: execve(2) will not find it either.
        Errno.EACCES or Errno.ENAMETOOLONG => CommandRefusal.None,

        // A magic link on the way (or links without end): nothing sane is lost by refusing it.
        Errno.ELOOP => CommandRefusal.OwnExecutable,
        _ => CommandRefusal.Unreadable,
    };

    [SkipLocalsInit]
    private static CommandRefusal InspectInterpreter(CommandImage* command, int file, int depth)
    {
        byte* head = stackalloc byte[HeadSize];
        byte* interpreter = stackalloc byte[LongestInterpreter + 1];
        for (int i = 0; i < ElfInterpreter.HeaderSize; i++)
        {
            head[i] = 0;
        }

        nint length = Native.Call(SystemCall.pread64, file, (nint)head, HeadSize, 0);
        if (length < 0)
        {
            return CommandRefusal.Unreadable;
        }

        if (head[0] == (byte)'#' && head[1] == (byte)'!')
        {
            return CopyScriptInterpreter(head, length < SeenByKernel ? length : SeenByKernel, interpreter) ? Follow(command, interpreter, depth) : CommandRefusal.None;
        }

        if (head[0] != 0x7F || head[1] != (byte)'E' || head[2] != (byte)'L' || head[3] != (byte)'F')
        {
            return CommandRefusal.None;
        }

        CommandRefusal refusal = CommandRefusal.None;
        if (ElfInterpreter.Find(file, head, length, wide: true, interpreter, LongestInterpreter))
        {
            refusal = Follow(command, interpreter, depth);
        }

        if (refusal == CommandRefusal.None && ElfInterpreter.Find(file, head, length, wide: false, interpreter, LongestInterpreter))
        {
            refusal = Follow(command, interpreter, depth);
        }

        return refusal;
    }

    /// <summary>An interpreter that is not there, or may not be executed, is execve(2)'s to tell.</summary>
    private static CommandRefusal Follow(CommandImage* command, byte* interpreter, int depth)
    {
        CommandRefusal refusal = depth >= DeepestInterpreter ? CommandRefusal.OwnExecutable : Inspect(command, interpreter, depth + 1);
        return refusal is CommandRefusal.Missing or CommandRefusal.NotExecutable ? CommandRefusal.None : refusal;
    }

    // The kernel skips blanks behind #!, and ends the path at a blank, a newline or a NUL.
    private static bool CopyScriptInterpreter(byte* head, nint end, byte* interpreter)
    {
        nint at = 2;
        while (at < end && (head[at] == (byte)' ' || head[at] == (byte)'\t'))
        {
            at++;
        }

        nint copied = 0;
        while (at < end && head[at] != (byte)' ' && head[at] != (byte)'\t' && head[at] != (byte)'\n' && head[at] != 0)
        {
            interpreter[copied++] = head[at++];
        }

        interpreter[copied] = 0;
        return copied > 0;
    }

    /// <summary>Whether there is anybody who may execute it; that the command's user may, execve(2) says.</summary>
    private static bool IsExecutable(CommandImage* command, int place, bool* own)
    {
        const int anybody = 0x49; // 0111
        byte empty = 0;
        nint mode = OwnExecutable.Look(command, place, &empty, own);
        *own |= mode < 0;
        return ((FileType)mode & FileType.S_IFMT) == FileType.S_IFREG && ((int)mode & anybody) != 0;
    }

    [SkipLocalsInit]
    private static nint Open(byte* path, OpenFlags flags)
    {
        OpenHow how;
        how.Flags = (ulong)(flags | OpenFlags.O_CLOEXEC | (flags == OpenFlags.O_PATH ? 0 : OpenFlags.O_NOCTTY));
        how.Mode = 0;
        how.Resolve = (ulong)ResolveFlags.RESOLVE_NO_MAGICLINKS;
        return ScopedOpening.Open(Libc.AT_FDCWD, (nint)path, (nint)(&how), sizeof(OpenHow));
    }
}
