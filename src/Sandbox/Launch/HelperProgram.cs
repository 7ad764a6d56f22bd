using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Plan;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>A program of the host's that runs beside the launch, with what it says on standard error.</summary>
internal sealed unsafe class HelperProgram(int pid, SafeFileHandle said) : IDisposable
{
    private const int LongestSaid = 1024;

    private WaitStatus? _end;

    /// <summary>Starts a program of the caller's PATH.</summary>
    public static HelperProgram Start(string program, IReadOnlyCollection<string> arguments)
    {
        Pipe error = Pipe.Open();
        using SafeFileHandle ending = error.Write;
        int pid = Libc.SpawnWithError(program, [program, .. arguments], ending.Descriptor());
        if (pid > 0)
        {
            return new HelperProgram(pid, error.Read);
        }

        error.Read.Dispose();
        Errno errno = (Errno)(-pid);
        throw SandboxException.FromErrno(
            $"cannot start {program}", errno, errno == Errno.EAGAIN ? Hints.Processes : "install it (Debian: uidmap), or use --userns single");
    }

    /// <summary>Waits for the end: its exit code, and what it wrote, on one line.</summary>
    public (int Code, string Said) Finish()
    {
        string text = Listen();
        Dispose();
        return (_end!.Value.ExitCode, text.Trim().ReplaceLineEndings("; "));
    }

    /// <summary>Waits for its end; what it says is lost.</summary>
    public void Dispose()
    {
        if (_end is null)
        {
            Listen();
            said.Dispose();
            _end = Libc.WaitFor(pid);
        }
    }

    /// <summary>
    /// What it says first. It is heard to its end: a child that waits for the maps may have the pipe as well, and no write to it
    /// fails then when it is full.
    /// </summary>
    private string Listen()
    {
        byte* buffer = stackalloc byte[2 * LongestSaid];
        int length = 0;
        nint read;
        while ((read = Libc.read(said.Descriptor(), buffer + length, LongestSaid)) > 0)
        {
            length = Math.Min(LongestSaid, length + (int)read);
        }

        return Encoding.UTF8.GetString(buffer, length);
    }
}
