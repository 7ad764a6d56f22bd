using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Says why a file could not be read or made in the kernel's words, as every other failure does, not in the class library's.</summary>
internal static class FileFailure
{
    /// <summary>The reason in <paramref name="failure"/>.</summary>
    public static string Why(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => SandboxException.Describe(Errno.ENOENT),

        UnauthorizedAccessException => SandboxException.Describe(Errno.EACCES),
        _ => failure.Message,
    };
}
