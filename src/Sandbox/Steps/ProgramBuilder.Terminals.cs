using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>Requests to terminals (ioctl_tty(2)), and whose they are.</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>TIOCSPTLCK: lets the peer of a new master be opened.</summary>
    public void UnlockTerminal(Slot master) => Request(master, TerminalRequest.TIOCSPTLCK, (nint)Arena.Put(0));

    /// <summary>TIOCGPTPEER: the terminal of a master, found by the kernel and not by a name.</summary>
    public Slot OpenTerminal(Slot master)
    {
        Slot terminal = NewSlot("terminal");
        Request(master, TerminalRequest.TIOCGPTPEER, (nint)(OpenFlags.O_RDWR | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC), terminal);
        return terminal;
    }

    /// <summary>TIOCSWINSZ.</summary>
    public void SetWindowSize(Slot terminal, WindowSize size) => Request(terminal, TerminalRequest.TIOCSWINSZ, (nint)Arena.Put(size));

    /// <summary>TCSETS.</summary>
    public void SetModes(Slot terminal, in KernelTermios modes) => Request(terminal, TerminalRequest.TCSETS, (nint)Arena.Put(modes));

    /// <summary>TIOCSCTTY: the terminal becomes that of the session which the process leads, with its process group in the foreground.</summary>
    public void TakeTerminal(Slot terminal) => Request(terminal, TerminalRequest.TIOCSCTTY, 0);

    /// <summary>fchown(2); the group stays.</summary>
    public void ChangeOwner(Slot file, uint owner) => Call(SystemCall.fchown, new(file, (nint)owner, -1));

    private void Request(Slot terminal, TerminalRequest request, nint argument, Slot? result = null) =>
        Call(SystemCall.ioctl, new(terminal, (nint)request, argument), result);
}
