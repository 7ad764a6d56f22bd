namespace Sandbox.Seccomp;

/// <summary>A comparison of one argument of a system call with a constant, unsigned.</summary>
/// <param name="Index">Which argument, from 0.</param>
/// <param name="Comparison">How they are compared.</param>
/// <param name="Value">The constant.</param>
/// <param name="Mask">The bits that are looked at; all, unless the comparison is masked.</param>
/// <param name="IsNarrow">Only the low 32 bits of the argument count, as the kernel of a 32-bit ABI sees it.</param>
internal readonly record struct ArgumentCondition(int Index, Comparison Comparison, ulong Value, ulong Mask, bool IsNarrow)
{
    public const int MaximumIndex = 5;

    /// <summary>A condition as profiles have it: a masked comparison's "value" is the mask and its "valueTwo" the constant.</summary>
    public static ArgumentCondition FromProfile(int index, Comparison comparison, ulong value, ulong valueTwo) =>
        comparison == Comparison.MaskedEqual
            ? new(index, comparison, valueTwo & value, value, IsNarrow: false)
            : new(index, comparison, value, ulong.MaxValue, IsNarrow: false);

    /// <summary>A mask without a bit looks at nothing; such a rule has no condition.</summary>
    public bool AlwaysHolds => Mask == 0;

    /// <summary>The same condition for an ABI with 32-bit arguments: halves above are dropped, as libseccomp does.</summary>
    public ArgumentCondition Narrowed() => this with { Value = (uint)Value, Mask = (uint)Mask, IsNarrow = true };

    public bool Holds(ReadOnlySpan<ulong> arguments)
    {
        ulong argument = IsNarrow ? (uint)arguments[Index] : arguments[Index];
        return Comparison switch
        {
            Comparison.Equal => argument == Value,
            Comparison.NotEqual => argument != Value,
            Comparison.Less => argument < Value,
            Comparison.LessOrEqual => argument <= Value,
            Comparison.Greater => argument > Value,
            Comparison.GreaterOrEqual => argument >= Value,
            _ => (argument & Mask) == Value,
        };
    }

    public override string ToString() => Comparison == Comparison.MaskedEqual
        ? $"(arg{Index} & 0x{Mask:x}) == 0x{Value:x}"
        : $"arg{Index} {Sign} 0x{Value:x}";

    private string Sign => Comparison switch
    {
        Comparison.Equal => "==",
        Comparison.NotEqual => "!=",
        Comparison.Less => "<",
        Comparison.LessOrEqual => "<=",
        Comparison.Greater => ">",
        _ => ">=",
    };
}
