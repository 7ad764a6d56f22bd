using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// Failures in words by which engines tell a command that is not there (podman and docker end with 127) from one that may
/// not be executed (126); they search the whole message.
/// </summary>
internal static class OciFailure
{
    public const int CannotExecute = 126, NotFound = 127;

    public static string Describe(SandboxException failure) => failure.ExitCode switch
    {
        NotFound => $"{failure.What}: executable file not found in $PATH: no such file or directory ({failure.Why})",
        CannotExecute when failure.Errno == Errno.ENOEXEC => $"{failure.What}: exec format error ({failure.Why})",
        CannotExecute => $"{failure.What}: permission denied ({failure.Why})",
        _ => failure.Message,
    };
}
