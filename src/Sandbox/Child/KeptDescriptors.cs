using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Closes what the launcher had open, and what the launch itself has opened, but for what is needed still.</summary>
internal static unsafe class KeptDescriptors
{
    private const uint FirstFree = 3, None = uint.MaxValue;

    /// <summary>Zero, or a negative errno.</summary>
    public static nint CloseOthers(int* slots, KeptDescriptorsImage* kept)
    {
        uint next = FirstFree;
        while (true)
        {
            uint stays = Next(slots, kept, next);
            if (stays > next && Native.Call(SystemCall.close_range, (nint)next, (nint)(stays == None ? None : stays - 1)) < 0)
            {
                return -*Native.ErrnoLocation();
            }

            if (stays == None)
            {
                return 0;
            }

            next = stays + 1;
        }
    }

    /// <summary>The lowest that stays, from a number up. A slot that nobody has filled holds none.</summary>
    private static uint Next(int* slots, KeptDescriptorsImage* kept, uint from)
    {
        uint lowest = None;
        for (int i = 0; i < kept->SlotCount; i++)
        {
            lowest = Lower(slots[kept->Slots[i]], from, lowest);
        }

        for (int i = 0; i < kept->NumberCount; i++)
        {
            lowest = Lower(kept->Numbers[i], from, lowest);
        }

        return lowest;
    }

    private static uint Lower(int descriptor, uint from, uint lowest) =>
        descriptor >= 0 && (uint)descriptor >= from && (uint)descriptor < lowest ? (uint)descriptor : lowest;
}
