using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>What PID 1 keeps open: its signals, its lifeline and its report, and /dev/null as 0-2.</summary>
internal static unsafe class Descriptors
{
    private const int None = -1;

    /// <summary>Closes everything else, so that the command's end of a pipe is the last one.</summary>
    /// <param name="other">One more that stays.</param>
    public static void KeepOnly(ProgramImage* program, int other = None)
    {
        int* slots = program->Slots;
        for (int standard = 0; standard <= 2; standard++)
        {
            Requirement.Call(program, SystemCall.dup3, slots[program->Init.Null], standard);
        }

        uint next = 3;
        uint low = (uint)slots[program->Init.Signals], middle = (uint)slots[program->Init.Lifeline], high = (uint)slots[program->Init.Report];
        uint highest = other == None ? high : (uint)other;
        Order(&low, &middle);
        Order(&high, &highest);
        Order(&low, &high);
        Order(&middle, &highest);
        Order(&middle, &high);
        CloseBetween(program, &next, low);
        CloseBetween(program, &next, middle);
        CloseBetween(program, &next, high);
        CloseBetween(program, &next, highest);
        Requirement.Call(program, SystemCall.close_range, (nint)next, unchecked((nint)uint.MaxValue));
    }

    private static void CloseBetween(ProgramImage* program, uint* next, uint kept)
    {
        if (kept < *next)
        {
            return;
        }

        if (kept > *next)
        {
            Requirement.Call(program, SystemCall.close_range, (nint)(*next), (nint)(kept - 1));
        }

        *next = kept + 1;
    }

    private static void Order(uint* first, uint* second)
    {
        if (*first > *second)
        {
            uint swapped = *first;
            *first = *second;
            *second = swapped;
        }
    }
}
