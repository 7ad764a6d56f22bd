using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>Where a unit says that it is ready (sd_notify(3)): any process of its sandbox may, for nobody else finds the socket.</summary>
internal sealed unsafe class ReadySocket : IDisposable
{
    private const string Ready = "READY=1";

    /// <summary>As systemd has it.</summary>
    private const int LongestMessage = 4096;

    /// <summary>At one look: who writes for ever must not keep the manager from everything else.</summary>
    private const int MostMessages = 16;

    private ReadySocket(SafeFileHandle descriptor) => Descriptor = descriptor;

    /// <summary>Readable when something was said.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>Listens at a path, in the place of whoever did before.</summary>
    public static ReadySocket Open(string path)
    {
        File.Delete(path);
        SafeFileHandle made = Libc.BindUnix(path, SocketType.SOCK_DGRAM | SocketType.SOCK_NONBLOCK) ?? throw SandboxException.FromLastError($"cannot listen at {path}");

        // Root of the sandbox is nobody here, and so is any other user of it.
        const UnixFileMode everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(path, everybody);
        return new ReadySocket(made);
    }

    /// <summary>
    /// Takes what was said; whether it was that the unit is ready. All else is let fall, and with it descriptors that came
    /// along, which is what sd_notify_barrier(3) waits for.
    /// </summary>
    public bool TakeReady()
    {
        bool ready = false;
        byte* message = stackalloc byte[LongestMessage];
        for (int taken = 0; taken < MostMessages; taken++)
        {
            nint length = Libc.read(Descriptor, message, LongestMessage);
            if (length < 0)
            {
                break;
            }

            ready |= SaysReady(new ReadOnlySpan<byte>(message, (int)length));
        }

        return ready;
    }

    /// <summary>Whether one of the lines says it.</summary>
    public static bool SaysReady(ReadOnlySpan<byte> message)
    {
        foreach (Range line in message.Split((byte)'\n'))
        {
            if (System.Text.Ascii.Equals(message[line], Ready))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => Descriptor.Dispose();
}
