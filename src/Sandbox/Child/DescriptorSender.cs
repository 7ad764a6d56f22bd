using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// A process that sends a seccomp listener to the launcher: the one that loads the filter is from then on bound by it, and
/// its execve(2) may already wait for the listener's word.
/// </summary>
internal static unsafe class DescriptorSender
{
    /// <summary>Starts it beside this process, as a child of PID 1, which reaps it: the command finds no child that it did not make. Zero, or a negative errno.</summary>
    public static nint Start(HandOver* handOver, int* slot, int socket, byte* stackTop)
    {
        const int flags = (int)(CloneFlags.CLONE_VM | CloneFlags.CLONE_FILES | CloneFlags.CLONE_PARENT) | (int)Signal.SIGCHLD;
        handOver->Descriptor = slot;
        handOver->Socket = socket;
        int pid = Native.CloneOnStack((delegate*<void*, int>)&Run, stackTop, flags, handOver);
        return pid < 0 ? -*Native.ErrnoLocation() : 0;
    }

    private static int Run(void* argument)
    {
        const long pause = 100_000;
        HandOver* handOver = (HandOver*)argument;
        TimeSpec wait;
        wait.Seconds = 0;
        wait.Nanoseconds = pause;
        while (*handOver->Descriptor < 0)
        {
            // The other side can wake nobody once the filter holds. When it fails, PID 1 ends, and this process with it.
            Native.Call(SystemCall.nanosleep, (nint)(&wait), 0);
        }

        handOver->Control->Descriptor = *handOver->Descriptor;
        Native.Call(SystemCall.sendmsg, handOver->Socket, (nint)handOver->Message, 0);
        Interpreter.Exit(0);
        return 0;
    }
}
