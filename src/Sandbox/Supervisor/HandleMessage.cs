using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Supervisor;

/// <summary>
/// A handle on its way from a supervisor to a command: a byte that says how it comes, with the descriptor. A user has no more
/// of those under way in sockets than 'ulimit -n' says (unix(7), ETOOMANYREFS), and a sandbox of his may have sent as many to
/// nobody: what comes then is the number, by which the command opens it in the supervisor's table (proc_pid_fd(5)).
/// </summary>
internal static unsafe class HandleMessage
{
    private const byte Enclosed = 0, Numbered = 1, None = 2;

    /// <summary>Sends a handle, or that there is none; false where nothing can be sent.</summary>
    public static bool Send(SafeFileHandle socket, SafeFileHandle? handle)
    {
        if (handle is null)
        {
            return Libc.TryWriteAll(socket, [None]);
        }

        if (Libc.SendDescriptor(socket.Descriptor(), [Enclosed], handle.Descriptor()) > 0)
        {
            return true;
        }

        bool mayNumber = (Errno)Marshal.GetLastPInvokeError() == Errno.ETOOMANYREFS;
        Span<byte> message = [Numbered, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(message[1..], handle.Descriptor());
        return mayNumber && Libc.TryWriteAll(socket, message);
    }

    /// <summary>Takes the next one, if it has come; null where it has not, or there is none, which <paramref name="isNone"/> tells.</summary>
    /// <param name="open">Opens what has a number in the supervisor's table; null where that does not work.</param>
    public static SafeFileHandle? TryReceive(SafeFileHandle socket, Func<int, SafeFileHandle?> open, out bool isNone)
    {
        byte* kind = stackalloc byte[1];
        bool came = Libc.Receive(socket, kind, 1, MessageFlags.MSG_DONTWAIT, out SafeFileHandle? handle) == 1;
        isNone = came && *kind == None;
        if (!came || *kind != Numbered)
        {
            return handle;
        }

        // It was written together with the byte before it.
        int number;
        handle?.Dispose();
        return Libc.Receive(socket, (byte*)&number, sizeof(int), MessageFlags.MSG_DONTWAIT, out handle) == sizeof(int) ? open(number) : null;
    }
}
