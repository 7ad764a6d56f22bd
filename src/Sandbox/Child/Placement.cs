using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// Lets a child work beside its parent, on another processor, and what it makes itself go on where it stops. Where a child
/// starts is the scheduler's choice, and one that keeps together what wakes, to spare the host of a virtual machine, lets it
/// wait until the parent sleeps.
/// </summary>
internal static unsafe class Placement
{
    /// <summary>
    /// Takes the processor of the caller from a child that has hardly begun, which so goes to another; one that is
    /// elsewhere already stays there. Nothing happens without a second processor, nor under a seccomp filter: some end the
    /// process that makes such a call (systemd's @resources).
    /// </summary>
    public static void MoveAside(nint child, EarlyStart* start)
    {
        uint current;
        ulong* allowed = start->Processors.Words;
        if (Native.Call(SystemCall.prctl, (nint)PrctlOption.PR_GET_SECCOMP) != 0
            || !ReadProcessors(start)
            || Native.Call(SystemCall.getcpu, (nint)(&current)) < 0
            || current >= ProcessorSet.Count)
        {
            return;
        }

        ulong* others = stackalloc ulong[ProcessorSet.WordCount];
        for (int word = 0; word < ProcessorSet.WordCount; word++)
        {
            others[word] = allowed[word];
        }

        others[current / ProcessorSet.BitsOfWord] &= ~(1UL << (int)(current % ProcessorSet.BitsOfWord));
        start->IsAside = Native.Call(SystemCall.sched_setaffinity, child, ProcessorSet.Size, (nint)others) == 0 ? 1 : 0;
    }

    /// <summary>Notes which processors the caller may use now; false where it is not told.</summary>
    public static bool ReadProcessors(EarlyStart* start) =>
        Native.Call(SystemCall.sched_getaffinity, 0, ProcessorSet.Size, (nint)start->Processors.Words) >= 0;

    /// <summary>
    /// Gives the calling child all processors back, once the parent has seen to it that it may. A choice of processors lasts,
    /// also when a cpuset gets more of them later: so what is chosen is "all", unless somebody had chosen for the parent.
    /// </summary>
    public static void Return(EarlyStart* start)
    {
        if (start->IsAside == 0)
        {
            return;
        }

        ulong* set = stackalloc ulong[ProcessorSet.WordCount];
        Choose(0, start);
        nint known = Native.Call(SystemCall.sched_getaffinity, 0, ProcessorSet.Size, (nint)set);
        bool isChosen = known < 0;
        for (int word = 0; word < known / sizeof(ulong); word++)
        {
            isChosen |= set[word] != start->Processors.Words[word];
        }

        if (isChosen)
        {
            start->IsChosen = 1;
            Choose(0, start);
        }
    }

    /// <summary>
    /// Lets what the calling process makes next begin on the processor that it leaves by waiting for it: another would have
    /// to be woken, and knows nothing yet of what it will work with.
    /// </summary>
    public static void Stay(EarlyStart* start)
    {
        uint current;
        if (start == null || start->IsAside == 0 || Native.Call(SystemCall.getcpu, (nint)(&current)) < 0 || current >= ProcessorSet.Count)
        {
            return;
        }

        ulong* set = stackalloc ulong[ProcessorSet.WordCount];
        for (int word = 0; word < ProcessorSet.WordCount; word++)
        {
            set[word] = 0;
        }

        set[current / ProcessorSet.BitsOfWord] = 1UL << (int)(current % ProcessorSet.BitsOfWord);
        Native.Call(SystemCall.sched_setaffinity, 0, ProcessorSet.Size, (nint)set);
    }

    /// <summary>For what was made so, once it runs: neither it nor its maker, which is PID 1, is bound to a processor any more.</summary>
    public static void Go(EarlyStart* start)
    {
        if (start != null && start->IsAside != 0)
        {
            Choose(0, start);
            Choose(1, start);
        }
    }

    private static void Choose(nint process, EarlyStart* start)
    {
        ulong* set = stackalloc ulong[ProcessorSet.WordCount];
        for (int word = 0; word < ProcessorSet.WordCount; word++)
        {
            set[word] = start->IsChosen != 0 ? start->Processors.Words[word] : ulong.MaxValue;
        }

        Native.Call(SystemCall.sched_setaffinity, process, ProcessorSet.Size, (nint)set);
    }
}
