namespace Sandbox.Seccomp;

/// <summary>Writes the code that asks guards one after the other, each argument in its two halves.</summary>
internal static class GuardWriter
{
    public static Label Write(Decision decision, BpfAssembler assembler)
    {
        Label next = assembler.Return(decision.Otherwise);
        for (int i = decision.Guards.Length - 1; i >= 0; i--)
        {
            GuardedAction guard = decision.Guards[i];
            Label holds = assembler.Return(guard.Action);
            for (int c = guard.Conditions.Length - 1; c >= 0; c--)
            {
                holds = Test(guard.Conditions[c], assembler, holds, next);
            }

            next = holds;
        }

        return next;
    }

    private static Label Test(ArgumentCondition condition, BpfAssembler assembler, Label yes, Label no) => condition.Comparison switch
    {
        Comparison.Equal => Equal(condition, assembler, yes, no),
        Comparison.NotEqual => Equal(condition, assembler, no, yes),
        Comparison.Greater => Above(condition, BpfCode.JumpIfGreater, assembler, yes, no),
        Comparison.LessOrEqual => Above(condition, BpfCode.JumpIfGreater, assembler, no, yes),
        Comparison.GreaterOrEqual => Above(condition, BpfCode.JumpIfGreaterOrEqual, assembler, yes, no),
        Comparison.Less => Above(condition, BpfCode.JumpIfGreaterOrEqual, assembler, no, yes),
        _ => Masked(condition, assembler, yes, no),
    };

    private static Label Equal(ArgumentCondition condition, BpfAssembler assembler, Label yes, Label no)
    {
        Label low = assembler.Load(
            SeccompData.LowHalfOf(condition.Index),
            assembler.Branch(BpfCode.JumpIfEqual, (uint)condition.Value, yes, no));
        return condition.IsNarrow ? low : assembler.Load(
            SeccompData.HighHalfOf(condition.Index),
            assembler.Branch(BpfCode.JumpIfEqual, (uint)(condition.Value >> 32), low, no));
    }

    private static Label Above(ArgumentCondition condition, BpfCode lowTest, BpfAssembler assembler, Label yes, Label no)
    {
        Label low = assembler.Load(
            SeccompData.LowHalfOf(condition.Index),
            assembler.Branch(lowTest, (uint)condition.Value, yes, no));
        if (condition.IsNarrow)
        {
            return low;
        }

        uint high = (uint)(condition.Value >> 32);
        Label sameHigh = assembler.Branch(BpfCode.JumpIfEqual, high, low, no);
        return assembler.Load(
            SeccompData.HighHalfOf(condition.Index),
            assembler.Branch(BpfCode.JumpIfGreater, high, yes, sameHigh));
    }

    private static Label Masked(ArgumentCondition condition, BpfAssembler assembler, Label yes, Label no)
    {
        Label low = MaskedHalf(
            SeccompData.LowHalfOf(condition.Index), (uint)condition.Mask, (uint)condition.Value, assembler, yes, no);
        return MaskedHalf(
            SeccompData.HighHalfOf(condition.Index), (uint)(condition.Mask >> 32), (uint)(condition.Value >> 32), assembler, low, no);
    }

    private static Label MaskedHalf(uint offset, uint mask, uint value, BpfAssembler assembler, Label yes, Label no)
    {
        if (mask == 0)
        {
            return yes;
        }

        if (mask == uint.MaxValue)
        {
            return assembler.Load(offset, assembler.Branch(BpfCode.JumpIfEqual, value, yes, no));
        }

        return assembler.Load(offset, value == 0
            ? assembler.Branch(BpfCode.JumpIfAnySet, mask, no, yes)
            : assembler.And(mask, assembler.Branch(BpfCode.JumpIfEqual, value, yes, no)));
    }
}
