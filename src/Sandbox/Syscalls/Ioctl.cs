using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Requests of ioctl(2) on a terminal (ioctl_tty(2)), of which FIONREAD is a pipe's, too (pipe(7)).</summary>
internal enum TerminalRequest
{
    TCGETS = 0x5401,
    TCSETS = 0x5402,
    TIOCSCTTY = 0x540E,
    TIOCGPGRP = 0x540F,
    TIOCGWINSZ = 0x5413,
    TIOCSWINSZ = 0x5414,
    FIONREAD = 0x541B,
    TIOCSPTLCK = 0x40045431,
    TIOCGPTPEER = 0x5441,
}

/// <summary>struct winsize of TIOCGWINSZ and TIOCSWINSZ.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WindowSize
{
    public ushort Rows;
    public ushort Columns;
    public ushort Width;
    public ushort Height;
}

/// <summary>Calls of sys/ioctl.h, for the managed side.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int ioctl(int descriptor, nuint request, void* argument);

    /// <summary>FIONREAD: how many bytes there are to read from a pipe.</summary>
    public static unsafe int CountUnread(SafeFileHandle pipe)
    {
        int count = 0;
        return ioctl(pipe.Descriptor(), (nuint)TerminalRequest.FIONREAD, &count) == 0 ? count : throw SandboxException.FromLastError("cannot count what is left in a pipe");
    }

    /// <summary>TIOCGWINSZ: the size of a terminal; false where it has none.</summary>
    public static unsafe bool TryGetWindowSize(int terminal, out WindowSize size)
    {
        WindowSize read = default;
        bool known = ioctl(terminal, (nuint)TerminalRequest.TIOCGWINSZ, &read) == 0;
        size = read;
        return known;
    }

    /// <summary>TIOCSWINSZ: the foreground process group gets SIGWINCH where it is another than before.</summary>
    public static unsafe void SetWindowSize(int terminal, WindowSize size) => ioctl(terminal, (nuint)TerminalRequest.TIOCSWINSZ, &size);

    /// <summary>TCGETS: the modes of a terminal, of a master those of its peer; false where the descriptor is none.</summary>
    public static unsafe bool TryGetModes(int terminal, out KernelTermios modes)
    {
        KernelTermios read = default;
        bool known = ioctl(terminal, (nuint)TerminalRequest.TCGETS, &read) == 0;
        modes = read;
        return known;
    }

    /// <summary>TCSETS: at once, whatever is still on the way.</summary>
    public static unsafe void SetModes(int terminal, KernelTermios modes) => ioctl(terminal, (nuint)TerminalRequest.TCSETS, &modes);

    /// <summary>TIOCGPGRP: the process group in the foreground; false where the terminal is not the caller's controlling one.</summary>
    public static unsafe bool TryGetForeground(int terminal, out int group)
    {
        int read = 0;
        bool known = ioctl(terminal, (nuint)TerminalRequest.TIOCGPGRP, &read) == 0;
        group = read;
        return known;
    }

    /// <summary>TIOCGPTPEER: the terminal that belongs to a master, whatever mount namespace its devpts is in; the descriptor or -1.</summary>
    public static unsafe int OpenPeer(int master) =>
        ioctl(master, (nuint)TerminalRequest.TIOCGPTPEER, (void*)(nint)(OpenFlags.O_RDWR | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC));
}
