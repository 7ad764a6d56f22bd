using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Becomes the command: the first candidate that can be executed, in the order of PATH, as execvp(3) has it.</summary>
internal static unsafe class CommandExecution
{
    /// <summary>Returns a negative errno when no candidate could be executed; else does not return.</summary>
    public static nint Run(CommandImage* command, int* detail)
    {
        int worst = (int)Errno.ENOENT;
        for (byte** candidate = command->Candidates; *candidate != null; candidate++)
        {
            Native.Call(SystemCall.execve, (nint)(*candidate), (nint)command->Arguments, (nint)command->Environment);
            int errno = *Native.ErrnoLocation();
            if (errno == (int)Errno.ENOENT)
            {
                // The kernel gives ENOENT for a missing interpreter too, and then the search is over.
                if (Native.Call(SystemCall.faccessat, Libc.AT_FDCWD, (nint)(*candidate), 0) == 0)
                {
                    *detail = (int)CommandRefusal.InterpreterMissing;
                    return -errno;
                }
            }
            else if (errno == (int)Errno.EACCES)
            {
                worst = errno;
            }
            else if (errno != (int)Errno.ENOTDIR)
            {
                return -errno;
            }
        }

        return -worst;
    }
}
