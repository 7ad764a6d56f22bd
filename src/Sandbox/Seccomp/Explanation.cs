namespace Sandbox.Seccomp;

/// <summary>What a profile says to one call through one ABI, and why.</summary>
internal sealed record Explanation(Abi Abi, uint? Number, SeccompAction Action, string Reason)
{
    /// <summary>The verdicts on a call, by name or number, through each ABI of the machine; arguments left out are 0.</summary>
    public static IReadOnlyList<Explanation> Of(SeccompProfile profile, FilterContext context, string call, ReadOnlySpan<ulong> arguments)
    {
        ulong[] all = new ulong[ArgumentCondition.MaximumIndex + 1];
        arguments.CopyTo(all);
        List<Explanation> explanations = [];
        foreach (Abi abi in AbiFacts.OfMachine(context.Machine))
        {
            // A number with the bit of x32 is that ABI's, whoever calls it.
            if (abi != Abi.X64 || !IsOfX32(call))
            {
                explanations.Add(Through(abi, profile, context, call, all));
            }
        }

        return explanations;
    }

    private static bool IsOfX32(string call) => uint.TryParse(call, out uint number) && number >= AbiFacts.X32Bit;

    private static Explanation Through(Abi abi, SeccompProfile profile, FilterContext context, string call, ulong[] arguments)
    {
        Policy policy = new(profile, context, abi);
        uint? found = policy.Table.TryGetNumber(call, out uint named) ? named
            : uint.TryParse(call, out uint number) ? number >= AbiFacts.X32Bit ? number : abi.NumberBase() + number
            : null;
        if (found is not { } asked)
        {
            return new Explanation(abi, null, policy.Unlisted.Otherwise, "the ABI has no such call");
        }

        if (!FilterCompiler.IsIn(profile, context, abi))
        {
            return new Explanation(abi, asked, FilterCompiler.ForeignAbi, "the profile has no rules for the ABI");
        }

        Decision decision = policy.For(asked);
        return decision.GuardFor(arguments) is { } guard
            ? new Explanation(abi, asked, guard.Action, $"because {string.Join(" and ", guard.Conditions)}")
            : new Explanation(abi, asked, decision.Otherwise, ReasonWithoutGuard(decision, policy));
    }

    /// <summary>Decisions that policies hand out for calls without a rule are told by identity: a rule may have the same action.</summary>
    private static string ReasonWithoutGuard(Decision decision, Policy policy) =>
        ReferenceEquals(decision, policy.Listed) ? "no rule names the call, or the rule has the default action"
        : ReferenceEquals(decision, policy.Unlisted) ? "no table has the call, or it is newer than all that the profile names"
        : decision.Guards.IsEmpty ? "a rule names the call, whatever its arguments"
        : "no condition of a rule for the call holds";
}
