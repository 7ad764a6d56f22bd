using Sandbox.Boot;
using Sandbox.Launch;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>PID 1, where that is this executable.</summary>
internal static class MachineInitProcess
{
    /// <summary>PROC_PID_INIT_INO: the machine's own PID namespace has this number on every kernel.</summary>
    private const ulong FirstNamespace = 0xEFFFFFFC;

    /// <summary>Whether this process is in no PID namespace but the machine's, and the machine's first process is of this file.</summary>
    public static bool IsOurs() =>
        Libc.statx(Libc.AT_FDCWD, "/proc/self/ns/pid", AtFlags.None, out Statx space) == 0 && space.Inode == FirstNamespace
        && Libc.statx(Libc.AT_FDCWD, "/proc/1/exe", AtFlags.None, out Statx first) == 0
        && (OwnProcess.Executable.Device, OwnProcess.Executable.Inode) == (first.DeviceMajor | ((ulong)first.DeviceMinor << 32), first.Inode);

    /// <summary>Asks it for the end of the machine, which comes after this process's.</summary>
    public static int Ask(Signal signal, string what)
    {
        if (!IsOurs())
        {
            throw new SandboxException($"cannot do {what}", "the machine's first process is not sandbox, or cannot be seen from here", $"in a unit 'sandbox machine {what}' does that, on another system its own command");
        }

        return Libc.kill(MachineEnds.Init, signal) == 0 ? 0 : throw SandboxException.FromLastError($"cannot do {what}");
    }
}
