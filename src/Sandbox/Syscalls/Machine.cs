using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Calls that bring a machine up, for its manager.</summary>
internal static unsafe partial class Libc
{
    /// <summary>mount(2) of a file system that is on no device.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string type, MountFlags flags, string data);

    /// <summary>sethostname(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sethostname(string name, nint length);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint machine_syscall(nint number, SafeFileHandle file, string parameters, nint flags);

    /// <summary>finit_module(2).</summary>
    public static int finit_module(SafeFileHandle file, string parameters) => (int)machine_syscall((nint)SystemCall.finit_module, file, parameters, 0);

    /// <summary>Takes the end of a child if it has come; null while it runs.</summary>
    public static WaitStatus? TryWaitFor(int pid)
    {
        int status;
        return wait4(pid, &status, WaitOptions.WNOHANG | WaitOptions.__WALL, null) == pid ? new WaitStatus(status) : null;
    }

    /// <summary>
    /// Whether somebody answers at a TCP port of 127.0.0.1. A connection to oneself is made or refused at once, unless who listens
    /// lets too many wait: that one is not waited for.
    /// </summary>
    public static bool IsAnswered(int port)
    {
        const uint loopback = 0x0100007f;
        const int patience = 100;
        using SafeFileHandle made = new(socket(AddressFamily.AF_INET, SocketType.SOCK_STREAM | SocketType.SOCK_NONBLOCK | SocketType.SOCK_CLOEXEC, 0), ownsHandle: true);
        InternetAddress address = new() { Family = (ushort)AddressFamily.AF_INET, Port = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)port), Address = loopback };
        if (connect_internet(made, &address, (uint)sizeof(InternetAddress)) == 0)
        {
            return true;
        }

        // Asked a second time it says what has become of the first one (connect(2)).
        PollDescriptor waited = PollDescriptor.On(made, PollEvents.POLLOUT);
        return (Errno)Marshal.GetLastPInvokeError() == Errno.EINPROGRESS && poll(&waited, 1, patience) > 0
            && connect_internet(made, &address, (uint)sizeof(InternetAddress)) == 0;
    }

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int connect_internet(SafeFileHandle socket, InternetAddress* address, uint length);
}
