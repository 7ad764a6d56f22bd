using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>Compares our program with libseccomp's: every number of every ABI, with all arguments that could matter.</summary>
internal sealed class VerdictComparison(SeccompProfile profile, FilterContext context, ulong[] ours, LibSeccompProgram theirs)
{
    private const uint BeyondAllTables = 700;

    private readonly List<string> differences = [];
    private readonly ILookup<string, ArgumentCondition> conditions = profile.Rules.Concat(profile.Refusals)
        .SelectMany(rule => rule.Names.SelectMany(name => rule.Conditions.Select(condition => (name, condition))))
        .ToLookup(pair => pair.name, pair => pair.condition);

    private uint? newestNamed;

    /// <summary>How many calls were judged by both.</summary>
    public int Judged { get; private set; }

    /// <summary>Compares on the ABIs given, else on all of the machine; returns what differs.</summary>
    public IReadOnlyList<string> Run(Random random, params Abi[] abis)
    {
        foreach (Abi abi in abis.Length > 0 ? abis : AbiFacts.OfMachine(context.Machine).ToArray())
        {
            bool isIn = abi == context.Machine || profile.Architectures.Contains(abi);
            Policy policy = new(profile, context, abi);
            newestNamed = NewestNamed(policy.Table);
            for (uint i = 0; i < BeyondAllTables; i++)
            {
                uint number = abi.NumberBase() + i;
                string? name = policy.Table.Names.GetValueOrDefault(number);
                foreach (ulong[] arguments in Vectors.For(ConditionsOf(name), random))
                {
                    SeccompAction expected = isIn ? Expected(abi, policy, number, name, arguments) : Theirs(abi, number, arguments);
                    Judge(abi, number, name, arguments, expected);
                }
            }
        }

        Abi foreign = context.Machine == Abi.Arm64 ? Abi.X64 : Abi.Arm64;
        foreach (uint number in (uint[])[0x3FFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE])
        {
            Judge(foreign, number, null, new ulong[6], Theirs(foreign, number, new ulong[6]));
        }

        return differences;
    }

    /// <summary>
    /// What libseccomp says, but ENOSYS for calls that no table has or that are newer than all that the profile names, refusals
    /// before all, and the product's own word for calls that this libseccomp is too old to know.
    /// </summary>
    private SeccompAction Expected(Abi abi, Policy policy, uint number, string? name, ulong[] arguments)
    {
        bool answersForNew = profile.DefaultAction == SeccompAction.Allow || profile.DefaultAction == SeccompAction.Log
            || profile.DefaultAction.Kind == SeccompAction.Trace(0);
        if (!answersForNew && newestNamed is not null && (name is null || number > newestNamed))
        {
            return SeccompAction.Fail(Errno.ENOSYS);
        }

        foreach (ProfileRule refusal in profile.Refusals)
        {
            if (name is not null && refusal.Names.Contains(name) && refusal.Conditions.All(condition => condition.Holds(arguments)))
            {
                return refusal.Action;
            }
        }

        return name is not null && theirs.UnknownCalls.Contains($"{abi} {name}")
            ? policy.For(number).For(arguments)
            : Theirs(abi, number, arguments);
    }

    private uint? NewestNamed(SystemCallTable table) => profile.Rules.Where(rule => rule.AppliesTo(context)).Concat(profile.Refusals)
        .SelectMany(rule => rule.Names).Max(name => table.TryGetNumber(name, out uint number) ? number : (uint?)null);

    private IReadOnlyCollection<ArgumentCondition> ConditionsOf(string? name) => name switch
    {
        null => [],
        "socketcall" or "ipc" => [.. Enumerable.Range(0, 26).Select(i => ArgumentCondition.FromProfile(0, Comparison.Equal, (ulong)i, 0)),
            .. conditions.Where(call => Multiplexer.Of(call.Key)?.Name == name).SelectMany(call => call)],
        _ => [.. conditions[name]],
    };

    private SeccompAction Theirs(Abi abi, uint number, ulong[] arguments) =>
        BpfMachine.Run(theirs.Program, abi.AuditArchitecture(), number, arguments).Verdict;

    private void Judge(Abi abi, uint number, string? name, ulong[] arguments, SeccompAction expected)
    {
        Judged++;
        SeccompAction verdict = BpfMachine.Run(ours, abi.AuditArchitecture(), number, arguments).Verdict;
        if (verdict != expected)
        {
            differences.Add($"{abi} {number} {name}({string.Join(", ", arguments.Select(a => $"0x{a:x}"))}): {verdict}, not {expected}");
        }
    }
}
