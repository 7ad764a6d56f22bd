using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Carries between the caller's terminal and the command's: keys in, characters out, the size of the window, and the
/// hang-up of either. It has its turn in a loop of poll(2), waits nowhere itself, and allocates nothing on the way.
/// </summary>
/// <param name="budget">What the command may still write; null for as much as it likes.</param>
/// <param name="isConsole">Whether the command is a system, which opens its console again and again, and would wait for one that is hung up.</param>
internal sealed unsafe class TerminalRelay(OutputBudget? budget = null, bool isConsole = false) : IDisposable
{
    /// <summary>How many descriptors it has polled.</summary>
    public const int DescriptorCount = 3;

    /// <summary>No signal tells a background job that runs on that it was brought to the foreground: milliseconds until it looks again.</summary>
    private const int LookAgain = 250;

    private const PollEvents Readable = PollEvents.POLLIN | PollEvents.POLLHUP | PollEvents.POLLERR;

    private readonly CallersTerminal _caller = new();
    private readonly SocketPair _console = SocketPair.Open();
    private SafeFileHandle? _master;
    private SafeFileHandle? _peer;
    private RelayBuffer _typed = new();
    private RelayBuffer _shown = new();
    private WindowSize? _size = CallersTerminal.Size;
    private bool _typing;
    private bool _typingEnded;
    private bool _ended;

    /// <summary>The child's end of the socket that the master comes over.</summary>
    public SafeFileHandle Console => _console.Child;

    /// <summary>Milliseconds after which it wants its turn whatever happens; -1 for never.</summary>
    public int Patience => _master is not null && !_typing && !_typingEnded ? LookAgain : -1;

    public bool IsConsole => isConsole;

    /// <summary>Whether a console has nobody before it any more.</summary>
    public bool IsLeft { get; private set; }

    /// <summary>Says what it waits for.</summary>
    public void Await(PollDescriptor* polled)
    {
        bool connected = _master is not null;
        polled[0] = Awaiting(connected && _typing && !_typingEnded && _typed.IsEmpty ? _caller.Keyboard : -1, PollEvents.POLLIN);
        polled[1] = PollDescriptor.On(_ended ? null : _master ?? _console.Launcher, Wanted(connected));
        polled[2] = Awaiting(connected && !_shown.IsEmpty ? _caller.Screen : -1, PollEvents.POLLOUT);
    }

    /// <summary>Moves what can be moved.</summary>
    public void Move(PollDescriptor* polled)
    {
        if (_master is null)
        {
            if (!_ended && polled[1].Returned != PollEvents.None)
            {
                Connect();
            }

            return;
        }

        if (!_typing)
        {
            Resume();
        }

        if ((polled[0].Returned & Readable) != PollEvents.None)
        {
            TakeKeys();
        }

        if (!_typed.IsEmpty && _master is { } master && !_typed.Drain(master.Descriptor(), once: false))
        {
            _typed.Clear();
        }

        if ((polled[1].Returned & Readable) != PollEvents.None && _master is not null)
        {
            TakeCharacters(_master);
        }

        Show(ready: polled[2].Returned != PollEvents.None);
    }

    /// <summary>The launcher is about to be stopped, or to end: whoever has the terminal next finds it as it was.</summary>
    public void Suspend()
    {
        _caller.GiveBack();
        _typing = false;
    }

    /// <summary>Takes the keyboard, if it is the launcher's turn there, and the window's size.</summary>
    public void Resume()
    {
        if (_master is not null && _caller.IsInForeground)
        {
            _caller.PassKeysThrough();
            _typing = true;
            FollowSize();
        }
    }

    /// <summary>Gives the command's terminal the size of the caller's; false where it has it already.</summary>
    public bool FollowSize()
    {
        if (_master is null || CallersTerminal.Size is not { } size || (size.Rows == _size?.Rows && size.Columns == _size?.Columns))
        {
            return false;
        }

        _size = size;
        Libc.SetWindowSize(_master.Descriptor(), size);
        return true;
    }

    /// <summary>
    /// The command has ended: shows the last of what it wrote, however long that takes, unless <paramref name="signals"/>
    /// has one by which the user gives up.
    /// </summary>
    public void Finish(SafeFileHandle signals)
    {
        PollDescriptor* waited = stackalloc PollDescriptor[2];
        waited[1] = PollDescriptor.On(signals, PollEvents.POLLIN);
        if (_master is null && !_ended)
        {
            Connect();
        }

        for (int left = LastWords.Most(_master); _master is not null;)
        {
            if (!_ended)
            {
                int before = _shown.Length;
                TakeCharacters(_master);
                left -= _shown.Length - before;
                _ended |= left <= 0;
            }

            Show(ready: false);
            if (_shown.IsEmpty)
            {
                break;
            }

            waited[0] = Awaiting(_caller.Screen, PollEvents.POLLOUT);
            Libc.poll(waited, 2, -1);
            if (waited[1].Returned != PollEvents.None && Supervision.TakesEnd(signals))
            {
                break;
            }

            Show(ready: waited[0].Returned != PollEvents.None);
        }

        Suspend();
    }

    public void Dispose()
    {
        _caller.Dispose();
        _console.Launcher.Dispose();
        _console.Child.Dispose();
        HangUp();
        _typed.Free();
        _shown.Free();
    }

    private PollEvents Wanted(bool connected)
    {
        PollEvents reading = !connected || (_shown.HasRoom && budget?.IsOver != true) ? PollEvents.POLLIN : PollEvents.None;
        return _typed.IsEmpty ? reading : reading | PollEvents.POLLOUT;
    }

    /// <summary>The master has come, or never will.</summary>
    private void Connect()
    {
        _console.Child.Dispose();
        _master = Libc.TryReceiveDescriptor(_console.Launcher);
        if (_master is null)
        {
            _ended = true;
            return;
        }

        // Its other holders have closed it: the open file is the launcher's alone.
        Libc.SetNonBlocking(_master);

        // As long as a terminal is open somewhere its master does not read as hung up; the command's processes may
        // close it and open it again.
        _peer = new SafeFileHandle(Libc.OpenPeer(_master.Descriptor()), ownsHandle: true);
        FollowSize();
        Resume();
    }

    private void TakeCharacters(SafeFileHandle master)
    {
        int before = _shown.Length;
        _ended |= !_shown.Fill(master.Descriptor(), once: false);
        if (budget is not null)
        {
            _shown.Cut(before + budget.Take(_shown.Length - before));
        }
    }

    private void TakeKeys()
    {
        if (_typed.Fill(_caller.Keyboard, once: _caller.KeyboardWaits))
        {
            return;
        }

        if (!_caller.IsInForeground)
        {
            // EIO: the terminal is another job's by now.
            Suspend();
        }
        else if (_caller.KeyboardIsTerminal)
        {
            LoseCaller();
        }
        else
        {
            EndInput();
        }
    }

    /// <summary>A terminal has no end of file but the key for it; within a line it ends the line first.</summary>
    private void EndInput()
    {
        _typingEnded = true;
        if (Libc.TryGetModes(_master!.Descriptor(), out KernelTermios modes))
        {
            byte key = modes.Characters[(int)ControlCharacter.VEOF];
            if (_typed.Last is not (0 or (byte)'\n'))
            {
                _typed.Add(key);
            }

            _typed.Add(key);
        }
    }

    private void Show(bool ready)
    {
        if (IsLeft)
        {
            _shown.Clear();
        }
        else if (!_shown.IsEmpty && (ready || !_caller.ScreenWaits) && !_shown.Drain(_caller.Screen, once: _caller.ScreenWaits))
        {
            LoseCaller();
        }
    }

    /// <summary>The caller's terminal is gone, so is the command's: the kernel tells it, as it would a command without a sandbox.</summary>
    private void LoseCaller()
    {
        if (!isConsole)
        {
            HangUp();
            return;
        }

        IsLeft = true;
        _typingEnded = true;
        _shown.Clear();
        _typed.Clear();
    }

    private void HangUp()
    {
        _ended = true;
        _typingEnded = true;
        _shown.Clear();
        _typed.Clear();
        _peer?.Dispose();
        _master?.Dispose();
        (_peer, _master) = (null, null);
    }

    private static PollDescriptor Awaiting(int descriptor, PollEvents events) => new() { Descriptor = descriptor, Events = events };
}
