using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>A launch program as the child sees it: the steps, the slots, and what PID 1 needs once they are done.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProgramImage
{
    public Step* Steps;
    public int StepCount;

    /// <summary>The index of the step that starts the command; equal to <see cref="StepCount"/> when there is none.</summary>
    public int CommandStart;

    /// <summary>Descriptors by slot; -1 where a tolerated failure left none.</summary>
    public int* Slots;

    public InitParameters Init;

    /// <summary>What the launcher shares with a child that was there before the program; null without one.</summary>
    public EarlyStart* Early;

    /// <summary>The upper end of the stack that the command's process runs on until it executes.</summary>
    public byte* CommandStackTop;

    /// <summary>Where the command's process leaves word of a step that failed; its starter sees it, whether they share all memory or not.</summary>
    public FailureMark* Mark;
}
