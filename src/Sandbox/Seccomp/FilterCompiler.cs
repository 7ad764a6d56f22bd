using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>Compiles a profile to the program that seccomp(2) takes: architecture, then a search for the number, then arguments.</summary>
internal static class FilterCompiler
{
    /// <summary>What calls through an ABI get that the profile has no rules for, as libseccomp has it (SCMP_FLTATR_ACT_BADARCH).</summary>
    public static SeccompAction ForeignAbi => SeccompAction.KillThread;

    /// <summary>How much nearer calls are that the filter is asked about each time: the kernel remembers numbers that are always allowed.</summary>
    private const int WeightOfJudged = 256;

    public static SeccompFilter Compile(SeccompProfile profile, FilterContext context)
    {
        BpfAssembler assembler = new();
        DecisionWriter writer = new(assembler);
        Label entry = assembler.Return(ForeignAbi);
        ReadOnlySpan<Abi> abis = AbiFacts.OfMachine(context.Machine);
        for (int i = abis.Length - 1; i >= 0; i--)
        {
            Abi abi = abis[i];
            if (abi == Abi.X32 || !IsIn(profile, context, abi))
            {
                continue;
            }

            Policy policy = new(profile, context, abi);
            Pieces<Decision> numbers = new();
            Add(numbers, policy);
            if (abi == Abi.X64 && !IsIn(profile, context, Abi.X32))
            {
                RefuseX32(numbers, policy);
            }

            Label search = numbers.Search(assembler, writer.Write);
            if (abi == Abi.X64 && IsIn(profile, context, Abi.X32))
            {
                Label ofX32 = SearchX32(policy, new Policy(profile, context, Abi.X32), search, assembler, writer);
                search = assembler.Branch(BpfCode.JumpIfGreaterOrEqual, AbiFacts.X32Bit, ofX32, search);
            }

            entry = assembler.Branch(BpfCode.JumpIfEqual, abi.AuditArchitecture(), assembler.Load(SeccompData.Number, search), entry);
        }

        ulong[] program = assembler.Finish(assembler.Load(SeccompData.Architecture, entry));
        return program.Length <= BpfAssembler.MaximumLength
            ? new SeccompFilter(program, FlagsOf(profile)) { ListenerPath = profile.ListenerPath }
            : throw new SandboxException(
                "cannot compile the seccomp profile",
                $"it takes {program.Length} instructions, and the kernel takes at most {BpfAssembler.MaximumLength}");
    }

    /// <summary>The profile has rules for the ABI: the machine's own always, others when listed.</summary>
    public static bool IsIn(SeccompProfile profile, FilterContext context, Abi abi) =>
        abi == context.Machine || profile.Architectures.Contains(abi);

    private static void Add(Pieces<Decision> numbers, Policy policy)
    {
        uint next = 0;
        foreach (uint number in policy.Table.Numbers)
        {
            if (number > next)
            {
                numbers.Add(next, policy.Unlisted);
            }

            Decision decision = policy.For(number);
            numbers.Add(number, decision, policy.IsJudgedEachTime(decision) ? WeightOfJudged : 1);
            next = number + 1;
        }

        numbers.Add(next, policy.Unlisted);
    }

    /// <summary>x32 shares the architecture of x86-64, and has the numbers from its bit on.</summary>
    private static void RefuseX32(Pieces<Decision> numbers, Policy policy)
    {
        numbers.Add(AbiFacts.X32Bit, Decision.Always(ForeignAbi));

        // A tracer that skips a call makes its number -1, and the kernel then asks the filter again: see seccomp(2).
        numbers.Add(uint.MaxValue, policy.Unlisted);
    }

    /// <summary>
    /// Nearly every call of x32 has the number and the verdict that it has without the bit: the search is for those that have not, and
    /// goes on as that of x86-64 where it finds none.
    /// </summary>
    private static Label SearchX32(Policy native, Policy policy, Label searchOfNative, BpfAssembler assembler, DecisionWriter writer)
    {
        Label without = assembler.And(~AbiFacts.X32Bit, searchOfNative);
        Pieces<X32Verdict> numbers = new();
        numbers.Add(0, default);
        uint end = Math.Max(native.Table.Numbers[^1], policy.Table.Numbers[^1] & ~AbiFacts.X32Bit) + 1;
        for (uint number = 0; number < end; number++)
        {
            Decision own = policy.For(number | AbiFacts.X32Bit);
            numbers.Add(number | AbiFacts.X32Bit, new X32Verdict(own.IsAlways(native.For(number)) ? null : own));
        }

        numbers.Add(end | AbiFacts.X32Bit, new X32Verdict(policy.Unlisted));
        return numbers.Search(assembler, verdict => verdict.Own is { } own ? writer.Write(own) : without);
    }

    /// <summary>A decision of x32's own; null where it is that of x86-64.</summary>
    private readonly record struct X32Verdict(Decision? Own);

    private static FilterFlags FlagsOf(SeccompProfile profile) =>
        profile.Flags | (profile.ListenerPath is null ? FilterFlags.None : FilterFlags.SECCOMP_FILTER_FLAG_NEW_LISTENER);
}
