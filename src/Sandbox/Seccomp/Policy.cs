using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>A profile brought down to one ABI: a decision for every system call number.</summary>
internal sealed class Policy
{
    private readonly Dictionary<uint, Decision> decisions = [];

    public Policy(SeccompProfile profile, FilterContext context, Abi abi)
    {
        Table = new SystemCallTable(abi);
        Dictionary<uint, DecisionBuilder> builders = [];
        uint? newest = null;
        foreach (ProfileRule rule in profile.Refusals)
        {
            Gather(rule, refuse: true);
        }

        foreach (ProfileRule rule in profile.Rules)
        {
            if (rule.AppliesTo(context))
            {
                Gather(rule, refuse: false);
            }
        }

        Listed = Decision.Always(profile.DefaultAction);
        Unlisted = newest is null || LeavesNewCallsAlone(profile.DefaultAction)
            ? Listed
            : Decision.Always(SeccompAction.Fail(Errno.ENOSYS));
        foreach (uint number in Table.Numbers)
        {
            decisions.Add(number, builders.TryGetValue(number, out DecisionBuilder? builder) ? builder.Build(profile.DefaultAction)
                : number > newest ? Unlisted
                : Listed);
        }

        void Gather(ProfileRule rule, bool refuse)
        {
            foreach (GuardedAction guarded in Split(rule, abi))
            {
                foreach (string name in rule.Names)
                {
                    if (Table.TryGetNumber(name, out uint number))
                    {
                        newest = Math.Max(newest ?? 0, number);
                        Put(number, guarded, refuse, profile.DefaultAction);
                    }

                    if (abi == Abi.I386 && Multiplexer.Of(name) is var (multiplexer, operation)
                        && Table.TryGetNumber(multiplexer, out number))
                    {
                        Put(number, Through(guarded, operation), refuse, profile.DefaultAction);
                    }
                }
            }
        }

        void Put(uint number, GuardedAction guarded, bool refuse, SeccompAction defaultAction)
        {
            if (!builders.TryGetValue(number, out DecisionBuilder? builder))
            {
                builders.Add(number, builder = new DecisionBuilder());
            }

            if (refuse)
            {
                builder.Refuse(guarded);
            }
            else if (guarded.Action != defaultAction)
            {
                builder.Add(guarded);
            }
        }
    }

    public SystemCallTable Table { get; }

    /// <summary>What a call gets that the profile could name and does not.</summary>
    public Decision Listed { get; }

    /// <summary>
    /// What a call gets that no table has, or that is newer than all calls which the profile names: ENOSYS, because programs
    /// try new calls and fall back only on that answer.
    /// </summary>
    public Decision Unlisted { get; }

    public Decision For(uint number) => decisions.GetValueOrDefault(number, Unlisted);

    /// <summary>Rules name the call and do not plainly allow it.</summary>
    public bool IsJudgedEachTime(Decision decision) =>
        !ReferenceEquals(decision, Listed) && !ReferenceEquals(decision, Unlisted)
        && !(decision.Guards.IsEmpty && decision.Otherwise == SeccompAction.Allow);

    /// <summary>A default that lets calls happen, or asks a tracer, answers for new calls too.</summary>
    private static bool LeavesNewCallsAlone(SeccompAction action) =>
        action == SeccompAction.Allow || action == SeccompAction.Log || action.Kind == SeccompAction.Trace(0);

    /// <summary>
    /// Rules that compare one argument twice mean either comparison, not both: container engines have them so, and profiles
    /// count on it.
    /// </summary>
    private static List<GuardedAction> Split(ProfileRule rule, Abi abi)
    {
        List<ArgumentCondition> conditions = [];
        bool isRepeated = false;
        foreach (ArgumentCondition written in rule.Conditions)
        {
            ArgumentCondition condition = abi.HasNarrowArguments() ? written.Narrowed() : written;
            if (!condition.AlwaysHolds)
            {
                int place = conditions.FindLastIndex(earlier => earlier.Index <= condition.Index);
                isRepeated |= place >= 0 && conditions[place].Index == condition.Index;
                conditions.Insert(place + 1, condition);
            }
        }

        if (!isRepeated)
        {
            return [new GuardedAction([.. conditions], rule.Action)];
        }

        List<GuardedAction> rules = [];
        foreach (ArgumentCondition condition in conditions)
        {
            rules.Add(new GuardedAction([condition], rule.Action));
        }

        return rules;
    }

    /// <summary>The rule as the multiplexer's: its first argument says which call is meant.</summary>
    private static GuardedAction Through(GuardedAction guarded, uint operation)
    {
        ArgumentCondition meant = new(0, Comparison.Equal, operation, uint.MaxValue, IsNarrow: true);
        return guarded.Conditions is [{ Index: 0 }, .. var others]
            ? guarded with { Conditions = [meant, .. others] }
            : guarded with { Conditions = [meant, .. guarded.Conditions] };
    }
}
