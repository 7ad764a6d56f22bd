using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Supervisor;

/// <summary>
/// The supervisor's end of <see cref="SandboxHandles"/>: a socket in the sandbox's directory. Whoever connects gets all, if
/// the kernel says that he is the same user (SO_PEERCRED, unix(7)) and no process of a sandbox: its root is that user, and a
/// volume may show it the directory.
/// </summary>
internal sealed class HandOver : IDisposable
{
    private readonly SafeFileHandle _listening;
    private readonly SandboxHandles _handles;

    private HandOver(SafeFileHandle listening, SandboxHandles handles)
    {
        _listening = listening;
        _handles = handles;
    }

    /// <summary>Readable when somebody has connected.</summary>
    public int Descriptor => _listening.Descriptor();

    /// <summary>Listens from here on.</summary>
    /// <param name="directory">The sandbox's.</param>
    /// <param name="handles">What is handed over; they are owned from here on.</param>
    public static HandOver Listen(SafeFileHandle directory, SandboxHandles handles) =>
        Libc.ListenUnix($"/proc/self/fd/{directory.Descriptor()}/{SandboxFiles.Socket}", SocketType.SOCK_STREAM | SocketType.SOCK_NONBLOCK) is { } listening
            ? new HandOver(listening, handles)
            : throw SandboxException.FromLastError("cannot listen in the state of the sandbox");

    /// <summary>Answers one who has connected. All of it fits into the socket's buffer: nobody can keep the supervisor waiting.</summary>
    public void Answer()
    {
        using SafeFileHandle? connected = Libc.Accept(_listening);
        if (connected is null || !MayEnter(connected))
        {
            return;
        }

        bool sent = HandleMessage.Send(connected, _handles.Init);
        foreach (SafeFileHandle space in _handles.Namespaces.All)
        {
            sent = sent && HandleMessage.Send(connected, space);
        }

        // That there is no cgroup is said: who takes a failure for it would be beyond the limits.
        _ = sent && HandleMessage.Send(connected, _handles.Cgroup);
    }

    public void Dispose()
    {
        _listening.Dispose();
        _handles.Dispose();
    }

    private static bool MayEnter(SafeFileHandle connected)
    {
        // The PID may be another process's by the time that it is looked at, unless this one is there still afterwards.
        using SafeFileHandle held = Libc.OpenPeer(connected);
        bool old = held.IsInvalid && (Errno)Marshal.GetLastPInvokeError() == Errno.ENOPROTOOPT;
        return Libc.GetPeer(connected) is { } peer && peer.Uid == Libc.geteuid() && NamespaceFiles.SharesUsers(peer.Pid)
            && (old || (!held.IsInvalid && Libc.SendSignal(held, 0) == 0));
    }
}
