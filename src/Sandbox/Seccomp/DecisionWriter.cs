namespace Sandbox.Seccomp;

/// <summary>Writes the code of decisions, each once.</summary>
internal sealed class DecisionWriter(BpfAssembler assembler)
{
    private readonly Dictionary<Decision, Label> written = [];

    public Label Write(Decision decision)
    {
        if (decision.Guards.IsEmpty)
        {
            return assembler.Return(decision.Otherwise);
        }

        if (!written.TryGetValue(decision, out Label label))
        {
            label = RangeWriter.Fits(decision) ? RangeWriter.Write(decision, assembler) : GuardWriter.Write(decision, assembler);
            written.Add(decision, label);
        }

        return label;
    }
}
