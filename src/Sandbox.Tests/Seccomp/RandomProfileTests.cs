using System.Text;
using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>Any profile's program says what libseccomp's says: includes and excludes, all actions and comparisons.</summary>
public class RandomProfileTests
{
    private static readonly FilterContext Context = new(Abi.X64, 1UL << (int)Capability.CAP_SYS_CHROOT, new KernelVersion(6, 18));

    [Test]
    [Arguments(1, 12, 40)]
    [Arguments(2, 40, 25)]
    [Arguments(3, 250, 4)]
    public async Task No_rule_is_lost_or_reaches_too_far(int seed, int calls, int count) =>
        await Compare(seed, count, new ProfileShape(calls));

    [Test]
    public async Task Rules_for_one_call_add_up() =>
        await Compare(4, 30, new ProfileShape(30, RulesForOneCall: 4, OneArgument: true));

    /// <summary>
    /// Of rules that overlap and differ, the more specific wins. 32-bit ABIs only: libseccomp 2.5.4 mixes up the halves of
    /// 64-bit comparisons whose actions differ, and gives verdicts that no rule has.
    /// </summary>
    [Test]
    public async Task The_more_specific_rule_wins() => await Compare(
        5, 40, new ProfileShape(30, RulesForOneCall: 3, OneArgument: true, OneAction: false), Abi.I386, Abi.X32);

    /// <summary>
    /// libseccomp goes wrong where rules for one call look at several arguments each: what the rules say is worked out here,
    /// without regard to their order.
    /// </summary>
    [Test]
    public async Task A_verdict_is_always_one_of_a_rule_that_holds()
    {
        Random random = new(6);
        RandomProfiles profiles = new(6);
        List<string> wrong = [];
        for (int i = 0; i < 40; i++)
        {
            SeccompProfile profile = Read(profiles.Next(new ProfileShape(30, RulesForOneCall: 4, OneAction: false)));
            ulong[] program = FilterCompiler.Compile(profile, Context).Program.ToArray();
            foreach (string name in profile.Rules.SelectMany(rule => rule.Names).Distinct())
            {
                ProfileRule[] rules = [.. profile.Rules.Where(rule => rule.Names.Contains(name) && rule.AppliesTo(Context))];
                if (rules.Length == 0 || !new SystemCallTable(Abi.X64).TryGetNumber(name, out uint number))
                {
                    continue;
                }

                foreach (ulong[] arguments in Vectors.For([.. rules.SelectMany(rule => rule.Conditions)], random))
                {
                    SeccompAction verdict = BpfMachine.Run(program, Abi.X64.AuditArchitecture(), number, arguments).Verdict;
                    if (!Allowed(profile, rules, arguments).Contains(verdict))
                    {
                        wrong.Add($"{i}: {name}({string.Join(", ", arguments)}): {verdict}");
                    }
                }
            }
        }

        await Assert.That(wrong).IsEmpty();
    }

    /// <summary>The actions of all rules that hold, or of the first that always does; the default where none holds.</summary>
    private static SeccompAction[] Allowed(SeccompProfile profile, ProfileRule[] rules, ulong[] arguments)
    {
        ProfileRule[] differing = [.. rules.Where(rule => rule.Action != profile.DefaultAction)];
        ProfileRule[] unconditional = [.. differing.Where(rule => rule.Conditions.All(condition => condition.AlwaysHolds))];
        ProfileRule[] holding = unconditional.Length > 0 ? unconditional[..1]
            : [.. differing.Where(rule => rule.Conditions.All(condition => condition.Holds(arguments)))];
        return holding.Length > 0 ? [.. holding.Select(rule => rule.Action)] : [profile.DefaultAction];
    }

    private static async Task Compare(int seed, int count, ProfileShape shape, params Abi[] abis)
    {
        RandomProfiles profiles = new(seed);
        string[] json = [.. Enumerable.Range(0, count).Select(_ => profiles.Next(shape))];
        IReadOnlyList<LibSeccompProgram> theirs = await LibSeccomp.Compile(json.Select(profile =>
            new LibSeccompRequest(profile, [nameof(Capability.CAP_SYS_CHROOT)], Context.Kernel.ToString())));
        List<string> differences = [];
        int compared = 0;
        for (int i = 0; i < count; i++)
        {
            // Rules that contradict each other outright are refused by libseccomp: nothing to compare with then.
            if (theirs[i].RefusedRules.Length > 0 || theirs[i].ForgetsTheNumber)
            {
                continue;
            }

            compared++;
            SeccompProfile profile = Read(json[i]);
            VerdictComparison comparison = new(profile, Context, FilterCompiler.Compile(profile, Context).Program.ToArray(), theirs[i]);
            differences.AddRange(comparison.Run(new Random(seed), abis).Take(1).Select(difference => $"{i}: {difference}"));
        }

        await Assert.That(differences).IsEmpty();
        await Assert.That(compared).IsGreaterThan(count / 2);
    }

    private static SeccompProfile Read(string json) => ProfileReader.Read(Encoding.UTF8.GetBytes(json), "random.json", Abi.X64);
}
