using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>
/// One step of a launch program: an operation, up to six arguments, and where its result goes. The child reads it as it
/// stands, so it holds nothing but integers and addresses within the program's arena.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Step
{
    /// <summary>No slot takes the result.</summary>
    public const short NoResult = -1;

    public StepKind Kind;

    /// <summary>Bit n is set when argument n is the number of a slot, not a value.</summary>
    public byte SlotArguments;

    /// <summary>The slot that takes the result, or <see cref="NoResult"/>.</summary>
    public short Result;

    /// <summary>The system call of <see cref="StepKind.Call"/>.</summary>
    public int Number;

    /// <summary>An errno that is no failure: the result is then absent (-1), and steps that need it are passed over.</summary>
    public int Tolerated;

    /// <summary>The step's entry in the program's table of purposes: what the launcher says when it fails.</summary>
    public int Purpose;

    public nint A;
    public nint B;
    public nint C;
    public nint D;
    public nint E;
}
