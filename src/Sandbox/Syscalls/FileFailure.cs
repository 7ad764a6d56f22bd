namespace Sandbox.Syscalls;

/// <summary>Says why the class library could not read or make a file in the kernel's words, as every other failure does, not in its own.</summary>
internal static class FileFailure
{
    /// <summary>What <see cref="Why"/> has words for: all that a call for a file throws, where the path is no mistake of ours.</summary>
    public static bool Is(Exception failure) => failure is IOException or UnauthorizedAccessException;

    /// <summary>The reason in <paramref name="failure"/>.</summary>
    public static string Why(Exception failure)
    {
        const int largest = 4095;
        return SandboxException.Describe(failure switch
        {
            FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
            PathTooLongException => Errno.ENAMETOOLONG,

            // Of EACCES, EPERM and EROFS alike; the error number is one level down.
            UnauthorizedAccessException { InnerException: IOException { HResult: > 0 and <= largest } cause } => (Errno)cause.HResult,
            UnauthorizedAccessException => Errno.EACCES,
            { HResult: > 0 and <= largest } => (Errno)failure.HResult,

            // The library looks before it calls: where a directory is to be made there is something else.
            _ => Errno.EEXIST,
        });
    }
}
