using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>
/// One command that is run on the machine for a unit. The unit sends a message for each standard descriptor, the last one
/// with the words, each with its NUL; the answer is a byte, the exit code. A unit that goes away ends its command.
/// </summary>
internal sealed unsafe class DoorGuest(SafeFileHandle connected) : IDisposable
{
    public const int LongestWords = 64 << 10;

    private const int Descriptors = 3;

    private readonly List<SafeFileHandle> _descriptors = [];
    private bool _listens = true;
    private int _pid;

    /// <summary>Readable when the unit says something, or is gone; null while nothing is expected of it.</summary>
    public SafeFileHandle? Words => _listens ? connected : null;

    /// <summary>Readable when its command has ended.</summary>
    public SafeFileHandle? Command { get; private set; }

    public bool IsGone { get; private set; }

    /// <summary>Takes what the unit says, and looks whether its command has ended.</summary>
    public void Look()
    {
        if (_listens)
        {
            Listen();
        }

        if (_pid > 0 && Libc.TryWaitFor(_pid) is { } status)
        {
            _pid = 0;
            byte code = (byte)status.ExitCode;
            _ = Libc.write(connected.Descriptor(), &code, 1);
            Leave();
        }
    }

    public void Dispose()
    {
        _descriptors.ForEach(static descriptor => descriptor.Dispose());
        Command?.Dispose();
        connected.Dispose();
    }

    private void Listen()
    {
        byte[] text = new byte[LongestWords];
        fixed (byte* room = text)
        {
            nint length;
            while (_listens && (length = Libc.Receive(connected, room, LongestWords, MessageFlags.MSG_DONTWAIT, out SafeFileHandle? descriptor)) >= 0)
            {
                if (length == 0)
                {
                    GoAway();
                }
                else if (descriptor is not null && _descriptors.Count < Descriptors)
                {
                    _descriptors.Add(descriptor);
                    if (_descriptors.Count == Descriptors)
                    {
                        Start(Encoding.UTF8.GetString(room, (int)length));
                    }
                }
                else
                {
                    descriptor?.Dispose();
                }
            }
        }
    }

    private void Start(string words)
    {
        _pid = UnitProcess.Run(["sandbox", .. words.TrimEnd('\0').Split('\0')], _descriptors);
        _descriptors.ForEach(static descriptor => descriptor.Dispose());
        if (_pid > 0)
        {
            Command = Libc.pidfd_open(_pid);
        }
        else
        {
            Leave();
        }
    }

    private void GoAway()
    {
        if (_pid > 0)
        {
            _ = Libc.kill(_pid, Signal.SIGTERM);
            _listens = false;
        }
        else
        {
            Leave();
        }
    }

    private void Leave()
    {
        _listens = false;
        IsGone = true;
        Dispose();
    }
}
