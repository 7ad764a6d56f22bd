using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>The ends that a machine can come to, and the signal by which PID 1 is asked for each.</summary>
internal static class MachineEnds
{
    public const int Init = 1;

    /// <summary>Null where the word is none of them.</summary>
    public static Signal? Of(string word) => word switch
    {
        "poweroff" => Signal.SIGUSR2,
        "reboot" => Signal.SIGINT,
        "halt" => Signal.SIGUSR1,
        _ => null,
    };
}
