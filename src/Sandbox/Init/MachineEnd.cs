using Sandbox.Child;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>The end of a machine: everything is killed, what was written goes to the disk, the root becomes read-only (reboot(2)).</summary>
internal static unsafe class MachineEnd
{
    /// <summary>LINUX_REBOOT_CMD_CAD_OFF.</summary>
    public const uint KeysAsSignal = 0;

    private const uint PowerOff = 0x4321FEDC, Restart = 0x01234567, Halt = 0xCDEF0123;

    /// <summary>Tenths of a second; what the killed have left in the kernel goes a moment later than they do.</summary>
    private const int Patience = 100;

    /// <summary>The end that a signal asks PID 1 for; 0 for none.</summary>
    public static uint Of(Signal signal) => signal switch
    {
        Signal.SIGTERM => PowerOff,
        Signal.SIGUSR2 => PowerOff,
        Signal.SIGUSR1 => Halt,
        Signal.SIGINT => Restart,
        _ => 0,
    };

    /// <summary>Does not return where the kernel can do what is asked.</summary>
    public static void Run(uint end)
    {
        // All but PID 1 itself (kill(2)).
        Native.Call(SystemCall.kill, -1, (nint)Signal.SIGKILL);
        for (int waited = 0; waited < Patience && AnyLeft(); waited++)
        {
            Pause();
        }

        Native.Call(SystemCall.sync);
        if (!CloseRoot())
        {
            MachinePlace.Say("sandbox: the root file system is still in use, and stays as it is\n"u8);
        }

        Native.Call(SystemCall.sync);
        Reboot(end);
    }

    public static void Reboot(uint command)
    {
        const uint first = 0xfee1dead, second = 672274793;
        Native.Call(SystemCall.reboot, unchecked((nint)first), (nint)second, (nint)command, 0);
    }

    private static bool AnyLeft()
    {
        while (true)
        {
            nint ended = Native.Call(SystemCall.wait4, -1, 0, (nint)(WaitOptions.WNOHANG | WaitOptions.__WALL), 0);
            if (ended <= 0)
            {
                return ended == 0;
            }
        }
    }

    private static bool CloseRoot()
    {
        fixed (byte* root = "/"u8)
        {
            for (int waited = 0; waited < Patience; waited++)
            {
                if (Native.Call(SystemCall.mount, 0, (nint)root, 0, (nint)(MountFlags.MS_REMOUNT | MountFlags.MS_RDONLY), 0) == 0)
                {
                    return true;
                }

                Pause();
            }
        }

        return false;
    }

    private static void Pause()
    {
        const nint tenth = 100;
        Native.Call(SystemCall.poll, 0, 0, tenth);
    }
}
