using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>
/// The one failure of the project: what failed, why, and how a user can mend it. Its text becomes the line
/// <c>sandbox: WHAT FAILED: WHY</c> and, where there is one, a second line <c>hint: HOW TO MEND IT</c>.
/// </summary>
internal sealed class SandboxException : Exception
{
    /// <summary>The exit code of sandbox itself failing; 126 and 127 are the command's (see the man page).</summary>
    public const int ExitCodeOfSandbox = 125;

    public SandboxException(string what, string why, string? hint = null, int exitCode = ExitCodeOfSandbox, Errno errno = Errno.None)
        : base(what + ": " + why)
    {
        What = what;
        Why = why;
        Hint = hint;
        ExitCode = exitCode;
        Errno = errno;
    }

    /// <summary>What failed: "cannot unpack debian.tar".</summary>
    public string What { get; }

    /// <summary>The reason alone, for who knows better than the thrower what failed.</summary>
    public string Why { get; }

    /// <summary>One sentence that tells how to mend it, or null.</summary>
    public string? Hint { get; }

    public int ExitCode { get; }

    /// <summary>The kernel's error number, or <see cref="Errno.None"/> where no system call failed.</summary>
    public Errno Errno { get; }

    /// <summary>Makes the exception of a system call that has just failed; reads the last P/Invoke error.</summary>
    public static SandboxException FromLastError(string what, string? hint = null) =>
        FromErrno(what, (Errno)Marshal.GetLastPInvokeError(), hint);

    /// <summary>Makes the exception of a system call that failed with <paramref name="errno"/>.</summary>
    public static SandboxException FromErrno(string what, Errno errno, string? hint = null) =>
        new(what, Describe(errno), HintOf(errno) ?? hint ?? HintOfHiding(errno), errno: errno);

    /// <summary>Makes the exception of bytes that could not be written, or a file that could not be made; reads the last P/Invoke error.</summary>
    public static SandboxException OfWriting(string what)
    {
        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return FromErrno(what, errno, HintOfRoom(errno));
    }

    /// <summary>What mends it that there is no room for what is to be written; null where that is not the reason.</summary>
    public static string? HintOfRoom(Errno errno) => errno switch
    {
        Errno.ENOSPC => "the file system there is full, of bytes or of files: 'df' and 'df -i' tell which",
        Errno.EDQUOT => "your quota there is used up",
        Errno.EFBIG => "the file system there, or ulimit -f, allows no file of that size",
        _ => null,
    };

    /// <summary>What mends it, whatever it was that failed; null where that depends.</summary>
    public static string? HintOf(Errno errno) => errno switch
    {
        Errno.EMFILE => "raise the limit on open files (ulimit -n); each volume takes some",
        Errno.ENFILE => "all programs of the machine together have too many files open (sysctl fs.file-max), or the user too many pipes (sysctl fs.pipe-user-pages-hard)",
        _ => null,
    };

    /// <summary>What mends it that a system call is not there, where nobody knows better; null where that is not the reason.</summary>
    public static string? HintOfHiding(Errno errno) => errno == Errno.ENOSYS
        ? "the kernel is too old, or a seccomp filter hides the call, as in a container, or in a unit with SystemCallFilter= or RestrictSUIDSGID="
        : null;

    /// <summary>The kernel's words for an error number, as strerror(3) has them.</summary>
    public static string Describe(Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);
}
