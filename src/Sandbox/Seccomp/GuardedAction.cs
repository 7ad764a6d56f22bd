using System.Collections.Immutable;

namespace Sandbox.Seccomp;

/// <summary>An action that is taken when all its conditions hold.</summary>
internal sealed record GuardedAction(ImmutableArray<ArgumentCondition> Conditions, SeccompAction Action)
{
    public bool Holds(ReadOnlySpan<ulong> arguments)
    {
        foreach (ArgumentCondition condition in Conditions)
        {
            if (!condition.Holds(arguments))
            {
                return false;
            }
        }

        return true;
    }
}
