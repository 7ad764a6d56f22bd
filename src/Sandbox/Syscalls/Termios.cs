using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>What a terminal does with what is typed (c_iflag of termios(3)).</summary>
[Flags]
internal enum InputModes : uint
{
    None = 0,
    IGNBRK = 0x1,
    BRKINT = 0x2,
    PARMRK = 0x8,
    ISTRIP = 0x20,
    INLCR = 0x40,
    IGNCR = 0x80,
    ICRNL = 0x100,
    IXON = 0x400,
}

/// <summary>What a terminal does with what is written (c_oflag).</summary>
[Flags]
internal enum OutputModes : uint
{
    None = 0,
    OPOST = 0x1,
}

/// <summary>The form of characters on the line (c_cflag).</summary>
[Flags]
internal enum ControlModes : uint
{
    None = 0,
    CS8 = 0x30,
    PARENB = 0x100,
}

/// <summary>Lines, signals, echo (c_lflag).</summary>
[Flags]
internal enum LocalModes : uint
{
    None = 0,
    ISIG = 0x1,
    ICANON = 0x2,
    ECHO = 0x8,
    ECHONL = 0x40,
    IEXTEN = 0x8000,
}

/// <summary>Places in c_cc.</summary>
internal enum ControlCharacter
{
    VEOF = 4,
    VTIME = 5,
    VMIN = 6,
}

/// <summary>struct termios as ioctl(2) takes it (the kernel's form, not glibc's).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KernelTermios
{
    public InputModes Input;
    public OutputModes Output;
    public ControlModes Control;
    public LocalModes Local;
    public byte Discipline;
    public fixed byte Characters[19];

    /// <summary>The same terminal with every byte passed on at once and as it is: cfmakeraw(3).</summary>
    public readonly KernelTermios Raw()
    {
        KernelTermios raw = this;
        raw.Input &= ~(InputModes.IGNBRK | InputModes.BRKINT | InputModes.PARMRK | InputModes.ISTRIP | InputModes.INLCR | InputModes.IGNCR | InputModes.ICRNL | InputModes.IXON);
        raw.Output &= ~OutputModes.OPOST;
        raw.Local &= ~(LocalModes.ISIG | LocalModes.ICANON | LocalModes.ECHO | LocalModes.ECHONL | LocalModes.IEXTEN);
        raw.Control = (raw.Control & ~ControlModes.PARENB) | ControlModes.CS8;
        raw.Characters[(int)ControlCharacter.VMIN] = 1;
        raw.Characters[(int)ControlCharacter.VTIME] = 0;
        return raw;
    }

    public readonly bool IsLike(in KernelTermios other) => AsBytes(in this).SequenceEqual(AsBytes(in other));

    private static ReadOnlySpan<byte> AsBytes(in KernelTermios modes) => MemoryMarshal.AsBytes(new ReadOnlySpan<KernelTermios>(in modes));
}
