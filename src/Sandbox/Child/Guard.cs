using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Ends a process when its launcher ends, where that process does not look for itself.</summary>
internal static unsafe class Guard
{
    /// <summary>Runs until one of the two has ended. Does not return.</summary>
    /// <param name="lifeline">The end of a pipe whose other one only the launcher holds.</param>
    /// <param name="process">A pidfd; -1, which ppoll(2) passes over, for nobody.</param>
    public static void Run(int lifeline, int process)
    {
        PollDescriptor* waited = stackalloc PollDescriptor[2];
        waited[0].Descriptor = lifeline;
        waited[0].Events = PollEvents.POLLIN;
        waited[1].Descriptor = process;
        waited[1].Events = PollEvents.POLLIN;
        while (Native.Call(SystemCall.ppoll, (nint)waited, 2, 0, 0, 0) <= 0)
        {
        }

        // By its pidfd: a process that has ended already is not confused with another one of its number.
        Native.Call(SystemCall.pidfd_send_signal, process, (nint)Signal.SIGKILL);
        Interpreter.Exit(0);
    }
}
