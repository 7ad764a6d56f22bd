using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// A thread that sends a seccomp listener away: the one that loads the filter is from then on bound by it, and its
/// execve(2) may already wait for the listener's word.
/// </summary>
internal static unsafe class DescriptorSender
{
    private const int MSG_NOSIGNAL = 0x4000;

    /// <summary>Starts it beside this one; no child of the command's comes of it, even where the command is PID 1. Zero, or a negative errno.</summary>
    public static nint Start(HandOver* handOver, int* slot, int socket, byte* stackTop)
    {
        const int flags = (int)(CloneFlags.CLONE_VM | CloneFlags.CLONE_FILES | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_THREAD);
        handOver->Descriptor = slot;
        handOver->Socket = socket;
        int thread = Native.CloneOnStack((delegate*<void*, int>)&Run, stackTop, flags, handOver);
        return thread < 0 ? -*Native.ErrnoLocation() : 0;
    }

    /// <summary>Waits until it is done: execve(2) ends all threads but its own. Nothing may be called here any more, so it looks again and again.</summary>
    public static void Await(HandOver* handOver)
    {
        while (handOver->Sent == 0)
        {
        }
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
            // The other side can wake nobody once the filter holds. When it fails, its process ends, and this thread with it.
            Native.Call(SystemCall.nanosleep, (nint)(&wait), 0);
        }

        handOver->Control->Descriptor = *handOver->Descriptor;
        if (Native.Call(SystemCall.sendmsg, handOver->Socket, (nint)handOver->Message, MSG_NOSIGNAL) < 0)
        {
            // Nobody is there to answer: the command must not run.
            Interpreter.Exit(SandboxException.ExitCodeOfSandbox);
        }

        handOver->Sent = 1;
        while (true)
        {
            Native.Call(SystemCall.exit, 0);
        }
    }
}
