using System.Collections.Immutable;

namespace Sandbox.Steps;

/// <summary>
/// A finished launch program: its image for the child, and the words for each part of it, which stay with the launcher.
/// </summary>
internal sealed unsafe class LaunchProgram
{
    public required ProgramImage* Image { get; init; }

    public required ImmutableArray<Purpose> Purposes { get; init; }

    /// <summary>Slot names, for the listing.</summary>
    public required ImmutableArray<string> SlotNames { get; init; }

    public int Count => Image->StepCount;

    /// <summary>Whether the command is started as a child of PID 1, and not as PID 1 itself.</summary>
    public bool HasInit => Image->CommandStart < Image->StepCount;

    public Step this[int index] => Image->Steps[index];

    /// <summary>Puts a descriptor of the launcher's into a slot, before the child is made.</summary>
    public void Fill(Slot slot, int descriptor) => Image->Slots[slot.Index] = descriptor;
}
