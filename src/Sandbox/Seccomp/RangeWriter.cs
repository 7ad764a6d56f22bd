namespace Sandbox.Seccomp;

/// <summary>
/// Writes the code for guards that each compare the same one argument: the 64-bit values are cut into pieces with one action
/// each, and the piece is searched for, first by the high half. Thirty address families cost five comparisons so, not thirty.
/// </summary>
internal static class RangeWriter
{
    /// <summary>The decision is about ranges of one argument.</summary>
    public static bool Fits(Decision decision)
    {
        foreach (GuardedAction guard in decision.Guards)
        {
            if (guard.Conditions is not [{ } only]
                || only.Index != decision.Guards[0].Conditions[0].Index
                || (only.Comparison == Comparison.MaskedEqual && only.Mask != ulong.MaxValue))
            {
                return false;
            }
        }

        return true;
    }

    public static Label Write(Decision decision, BpfAssembler assembler)
    {
        ArgumentCondition any = decision.Guards[0].Conditions[0];
        ulong[] starts = StartsOf(decision);
        uint lowOffset = SeccompData.LowHalfOf(any.Index);
        if (any.IsNarrow)
        {
            return assembler.Load(lowOffset, LowPieces(starts, decision).Search(assembler, assembler.Return));
        }

        Pieces<HighPiece> high = new();
        for (int from = 0, to; from < starts.Length; from = to)
        {
            uint half = (uint)(starts[from] >> 32);
            to = from + 1;
            while (to < starts.Length && (uint)(starts[to] >> 32) == half)
            {
                to++;
            }

            if ((uint)starts[to - 1] == 0)
            {
                high.Add(half, new HighPiece(0, 0, ActionAt(starts[from], any.Index, decision)));
                continue;
            }

            high.Add(half, new HighPiece(from, to, null));
            if (half < uint.MaxValue)
            {
                high.Add(half + 1, new HighPiece(0, 0, ActionAt((ulong)(half + 1) << 32, any.Index, decision)));
            }
        }

        return assembler.Load(SeccompData.HighHalfOf(any.Index), high.Search(assembler, piece => piece.Action is { } action
            ? assembler.Return(action)
            : assembler.Load(lowOffset, LowPieces(starts.AsSpan(piece.From..piece.To), decision).Search(assembler, assembler.Return))));
    }

    /// <summary>The low halves of arguments with one high half, cut at the values given.</summary>
    private static Pieces<SeccompAction> LowPieces(ReadOnlySpan<ulong> starts, Decision decision)
    {
        int index = decision.Guards[0].Conditions[0].Index;
        Pieces<SeccompAction> pieces = new();
        pieces.Add(0, ActionAt(starts[0] & ~(ulong)uint.MaxValue, index, decision));
        foreach (ulong start in starts)
        {
            pieces.Add((uint)start, ActionAt(start, index, decision));
        }

        return pieces;
    }

    /// <summary>The values at which the action may change, in rising order.</summary>
    private static ulong[] StartsOf(Decision decision)
    {
        List<ulong> starts = [0];
        foreach (GuardedAction guard in decision.Guards)
        {
            ulong value = guard.Conditions[0].Value;
            ulong last = guard.Conditions[0].IsNarrow ? uint.MaxValue : ulong.MaxValue;
            starts.Add(value);
            if (value < last)
            {
                starts.Add(value + 1);
            }
        }

        starts.Sort();
        return [.. starts];
    }

    private static SeccompAction ActionAt(ulong value, int index, Decision decision)
    {
        Span<ulong> arguments = stackalloc ulong[ArgumentCondition.MaximumIndex + 1];
        arguments[index] = value;
        return decision.For(arguments);
    }

    /// <summary>High halves with one action; or, without one, a high half whose low halves are cut at some of the values.</summary>
    private readonly record struct HighPiece(int From, int To, SeccompAction? Action);
}
