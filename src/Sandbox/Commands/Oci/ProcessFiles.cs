using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Tells an engine which process it has to watch: by a file, and by a descriptor over a socket.</summary>
internal static class ProcessFiles
{
    private const uint Mode = 0x1A4;

    /// <summary>Writes the number of a process into a file, which appears whole.</summary>
    public static void Write(string? path, int pid)
    {
        if (path is null)
        {
            return;
        }

        string full = AbsolutePath.Of(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{pid}");

        // What an earlier process of this number has left goes; what somebody puts there, a link to a file of root's, is not written to.
        _ = Libc.unlinkat(Libc.AT_FDCWD, temporary, AtFlags.None);
        using (SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, temporary, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, Mode))
        {
            if (file.IsInvalid || !Libc.TryWriteAll(file, Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture))))
            {
                throw SandboxException.FromLastError($"cannot write {full}");
            }
        }

        if (Libc.renameat(Libc.AT_FDCWD, temporary, Libc.AT_FDCWD, full) != 0)
        {
            throw SandboxException.FromLastError($"cannot write {full}");
        }
    }

    /// <summary>Sends a descriptor of a process to who listens at a socket.</summary>
    public static void SendPidfd(string? socket, int pidfd)
    {
        if (socket is null)
        {
            return;
        }

        using SafeFileHandle? connection = Libc.ConnectUnix(socket);
        if (connection is null || Libc.SendDescriptor(connection.Descriptor(), "pidfd"u8, pidfd) < 0)
        {
            throw SandboxException.FromLastError($"cannot send the container's process to {socket}");
        }
    }
}
