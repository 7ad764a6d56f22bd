using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>The caller's side of the command's terminal: what is typed comes from standard input, what is shown goes to standard output.</summary>
internal sealed class CallersTerminal : IDisposable
{
    private const int Input = 0, Output = 1, Error = 2;

    private readonly bool _keyboardIsTerminal = IsTerminal(Input);
    private readonly RawMode _rawMode = new(Input);
    private readonly Stream _keyboard;
    private readonly Stream _screen;

    public CallersTerminal()
    {
        _keyboard = Stream.Of(Input, OpenFlags.O_RDONLY);
        _screen = Stream.Of(Output, OpenFlags.O_WRONLY);
    }

    /// <summary>Whether both of them are terminals.</summary>
    public static bool IsThere => IsTerminal(Input) && IsTerminal(Output);

    /// <summary>Whether standard error is one.</summary>
    public static bool ShowsErrors => IsTerminal(Error);

    /// <summary>The size of the screen; null where none of the three is a terminal, or where nobody knows it.</summary>
    public static WindowSize? Size
    {
        get
        {
            foreach (int descriptor in (ReadOnlySpan<int>)[Output, Input, Error])
            {
                if (Libc.TryGetWindowSize(descriptor, out WindowSize size))
                {
                    return size is { Rows: 0, Columns: 0 } ? null : size;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// The modes of the keyboard, else of the screen; null where neither is a terminal, and for a job in the background: those
    /// are the shell's just then, which takes its keys one by one and shows them itself.
    /// </summary>
    public static KernelTermios? Modes => ModesOf(Input) ?? ModesOf(Output);

    public int Keyboard => _keyboard.Descriptor;

    public int Screen => _screen.Descriptor;

    /// <summary>Whether a read or write may wait for ever, although poll(2) called it ready.</summary>
    public bool KeyboardWaits => _keyboard.Waits;

    public bool ScreenWaits => _screen.Waits;

    /// <summary>Whether what ends is a terminal that was hung up, and not a file or a pipe at its end.</summary>
    public bool KeyboardIsTerminal => _keyboardIsTerminal;

    /// <summary>
    /// Whether the launcher may read what is typed, and change how: a shell's background job may not. A terminal that
    /// controls nobody here knows no foreground.
    /// </summary>
    public bool IsInForeground => !_keyboardIsTerminal || HasForeground(Input);

    /// <summary>From here on every key goes through as it is; to be called in the foreground.</summary>
    public void PassKeysThrough()
    {
        if (_keyboardIsTerminal)
        {
            _rawMode.Enter();
        }
    }

    /// <summary>The terminal's keys do again what they did before.</summary>
    public void GiveBack() => _rawMode.Leave();

    public void Dispose()
    {
        GiveBack();
        _keyboard.Dispose();
        _screen.Dispose();
    }

    private static bool IsTerminal(int descriptor) => Libc.isatty(descriptor) == 1;

    private static bool HasForeground(int terminal) => !Libc.TryGetForeground(terminal, out int group) || group == Libc.getpgrp();

    private static KernelTermios? ModesOf(int descriptor) =>
        Libc.TryGetModes(descriptor, out KernelTermios modes) && HasForeground(descriptor) ? modes : null;

    /// <summary>
    /// One of the standard descriptors. O_NONBLOCK belongs to the open file, which the caller's shell has too: a terminal or
    /// a pipe is opened anew for it. Where that is refused (a terminal of another user's), and with files and sockets, the
    /// descriptor is used as it is.
    /// </summary>
    private readonly record struct Stream(int Descriptor, bool Waits, SafeFileHandle? Own) : IDisposable
    {
        public static Stream Of(int descriptor, OpenFlags access)
        {
            if (IsTerminal(descriptor) || IsPipe(descriptor))
            {
                SafeFileHandle own = Libc.openat(
                    Libc.AT_FDCWD, $"/proc/self/fd/{descriptor}", access | OpenFlags.O_NOCTTY | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC, 0);
                if (!own.IsInvalid)
                {
                    return new Stream(own.Descriptor(), Waits: false, own);
                }
            }

            return new Stream(descriptor, Waits: true, null);
        }

        public void Dispose() => Own?.Dispose();

        private static bool IsPipe(int descriptor) =>
            Libc.statx(descriptor, "", AtFlags.AT_EMPTY_PATH, out Statx status) == 0 && (status.Mode & (int)FileType.S_IFMT) == (int)FileType.S_IFIFO;
    }
}
