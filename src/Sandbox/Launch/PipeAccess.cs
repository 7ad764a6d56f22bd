using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Lets a command that is not root of its sandbox open by name (/dev/stdout) the pipes that it has for its standard
/// descriptors: they belong to who made them. Only who may look at its descriptors gets that far (proc_pid_fd(5)).
/// </summary>
internal static class PipeAccess
{
    private const uint Everybody = 0x1B6;
    private const int Standard = 3;

    /// <summary>Opens a pipe of our own; it cannot be refused.</summary>
    public static void Open(SafeFileHandle pipe) => _ = Libc.fchmod(pipe, Everybody);

    /// <summary>Opens those of the caller's that are pipes without a name, and his; files keep their modes.</summary>
    public static void OpenInherited()
    {
        for (int number = 0; number < Standard; number++)
        {
            if (new FileInfo($"/proc/self/fd/{number}").LinkTarget?.StartsWith("pipe:", StringComparison.Ordinal) == true)
            {
                using SafeFileHandle pipe = new(number, ownsHandle: false);
                Open(pipe);
            }
        }
    }
}
