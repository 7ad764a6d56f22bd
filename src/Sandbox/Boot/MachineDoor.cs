using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>
/// Where a unit that looks after the machine has commands of sandbox run on it. No process of a sandbox can enter the
/// machine's PID namespace (setns(2) leads downwards only), so the manager starts them in its place.
/// </summary>
internal sealed class MachineDoor : IDisposable
{
    /// <summary>The volume of such a unit: a directory, because each manager makes the socket in it anew.</summary>
    public const string Place = "/run/sandbox-machine";

    private const uint OwnersOnly = 0x1C0; // 0700

    private readonly SafeFileHandle _listening;

    private MachineDoor(SafeFileHandle listening) => _listening = listening;

    public static string Socket => Path.Combine(Place, "socket");

    /// <summary>Readable when somebody is there.</summary>
    public SafeFileHandle Descriptor => _listening;

    /// <summary>Those whose commands run, or are still to be heard.</summary>
    public List<DoorGuest> Guests { get; } = [];

    /// <summary>Listens, in the place of whoever did before.</summary>
    public static MachineDoor Open()
    {
        using SafeFileHandle root = Libc.openat(Libc.AT_FDCWD, "/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        _ = Libc.mkdirat(root, Place, OwnersOnly);
        _ = Libc.unlinkat(root, Socket, AtFlags.None);
        return new MachineDoor(
            Libc.ListenUnix(Socket, SocketType.SOCK_SEQPACKET | SocketType.SOCK_NONBLOCK) ?? throw SandboxException.FromLastError($"cannot listen at {Socket}"));
    }

    /// <summary>Lets the machine's root in, and nobody else: root of a sandbox's own is another user. Then looks what became of all guests.</summary>
    public void Look()
    {
        while (Libc.Accept(_listening) is { } connected)
        {
            if (Libc.GetPeer(connected) is { Uid: 0 })
            {
                Guests.Add(new DoorGuest(connected));
            }
            else
            {
                connected.Dispose();
            }
        }

        Guests.ForEach(static guest => guest.Look());
        Guests.RemoveAll(static guest => guest.IsGone);
    }

    public void Dispose()
    {
        Guests.ForEach(static guest => guest.Dispose());
        _listening.Dispose();
    }
}
