namespace Sandbox.Seccomp;

/// <summary>
/// Writes a program from its last instruction to its first. Jumps of classic BPF only go forward, so every target is
/// written, and its distance known, before the jump. What is written already with the same effect is not written again: loading
/// a filter costs half a microsecond an instruction, at each start.
/// </summary>
internal sealed class BpfAssembler
{
    /// <summary>BPF_MAXINSNS.</summary>
    public const int MaximumLength = 4096;

    /// <summary>A jump's eight bits, less the two instructions that may come between while it is written.</summary>
    private const int Reach = byte.MaxValue - 2;

    private readonly List<BpfInstruction> reversed = [];

    /// <summary>The end of the filter with an action.</summary>
    public Label Return(SeccompAction action)
    {
        BpfInstruction end = new(BpfCode.Return, action.Value);
        for (int place = reversed.Count - 1; place >= 0 && DistanceTo(new Label(place)) <= Reach; place--)
        {
            if (reversed[place] == end)
            {
                return new Label(place);
            }
        }

        return Write(end);
    }

    /// <summary>Goes one of two ways by a test of the accumulator; no instruction where both are the same.</summary>
    public Label Branch(BpfCode test, uint operand, Label ifTrue, Label ifFalse)
    {
        if (IsSame(ifTrue, ifFalse))
        {
            return ifTrue;
        }

        for (int place = 0; place < reversed.Count; place++)
        {
            BpfInstruction known = reversed[place];
            if (known.Code == test && known.Operand == operand
                && IsSame(new Label(place - 1 - known.IfTrue), ifTrue) && IsSame(new Label(place - 1 - known.IfFalse), ifFalse))
            {
                return new Label(place);
            }
        }

        ifTrue = Near(ifTrue);
        ifFalse = Near(ifFalse);
        return Write(new BpfInstruction(test, operand, (byte)DistanceTo(ifTrue), (byte)DistanceTo(ifFalse)));
    }

    /// <summary>Loads a word of struct seccomp_data into the accumulator.</summary>
    public Label Load(uint offset, Label next) => Before(new BpfInstruction(BpfCode.Load, offset), next);

    /// <summary>Keeps some bits of the accumulator.</summary>
    public Label And(uint mask, Label next) => Before(new BpfInstruction(BpfCode.And, mask), next);

    /// <summary>The program that starts at the label, which must be the last written.</summary>
    public ulong[] Finish(Label start)
    {
        if (start.FromEnd != reversed.Count - 1)
        {
            throw new ArgumentOutOfRangeException(nameof(start));
        }

        ulong[] program = new ulong[reversed.Count];
        for (int i = 0; i < program.Length; i++)
        {
            program[i] = reversed[^(i + 1)].Word;
        }

        return program;
    }

    private int DistanceTo(Label label) => reversed.Count - 1 - label.FromEnd;

    private Label Write(BpfInstruction instruction)
    {
        reversed.Add(instruction);
        return new Label(reversed.Count - 1);
    }

    /// <summary>An instruction that has no jump of its own, so that control comes to <paramref name="next"/> after it.</summary>
    private Label Before(BpfInstruction instruction, Label next)
    {
        for (int place = 1; place < reversed.Count; place++)
        {
            if (reversed[place] == instruction && IsSame(new Label(place - 1), next))
            {
                return new Label(place);
            }
        }

        if (DistanceTo(next) != 0)
        {
            JumpTo(next);
        }

        return Write(instruction);
    }

    /// <summary>Whether two labels have the same effect: they are one, or lead to one, or end with the same action.</summary>
    private bool IsSame(Label one, Label other)
    {
        (int first, int second) = (Behind(one), Behind(other));
        return first == second || (reversed[first].Code == BpfCode.Return && reversed[first] == reversed[second]);
    }

    /// <summary>The place that a label leads to, behind all plain jumps.</summary>
    private int Behind(Label label)
    {
        int place = label.FromEnd;
        while (reversed[place].Code == BpfCode.Jump)
        {
            place -= 1 + (int)reversed[place].Operand;
        }

        return place;
    }

    /// <summary>A label with the same effect that eight bits reach: the target, a copy of a return, or a long jump.</summary>
    private Label Near(Label target)
    {
        if (DistanceTo(target) <= Reach)
        {
            return target;
        }

        BpfInstruction instruction = reversed[target.FromEnd];
        return instruction.Code == BpfCode.Return ? Return(new SeccompAction(instruction.Operand)) : JumpTo(target);
    }

    private Label JumpTo(Label target) => Write(new BpfInstruction(BpfCode.Jump, (uint)DistanceTo(target)));
}
