using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>What PID 1 keeps open: its signals, its lifeline and its report, and /dev/null as 0-2.</summary>
internal static unsafe class Descriptors
{
    /// <summary>Closes everything else, so that the command's end of a pipe is the last one.</summary>
    public static void KeepOnly(ProgramImage* program)
    {
        int* slots = program->Slots;
        for (int standard = 0; standard <= 2; standard++)
        {
            Requirement.Call(program, SystemCall.dup3, slots[program->Init.Null], standard);
        }

        uint next = 3;
        uint low = (uint)slots[program->Init.Signals], middle = (uint)slots[program->Init.Lifeline], high = (uint)slots[program->Init.Report];
        Order(&low, &middle);
        Order(&middle, &high);
        Order(&low, &middle);
        CloseBetween(program, &next, low);
        CloseBetween(program, &next, middle);
        CloseBetween(program, &next, high);
        Requirement.Call(program, SystemCall.close_range, (nint)next, unchecked((nint)uint.MaxValue));
    }

    private static void CloseBetween(ProgramImage* program, uint* next, uint kept)
    {
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
