using System.Collections.Immutable;

namespace Sandbox.Seccomp;

/// <summary>
/// What one system call gets: the action of the first guard that holds, else the one left over. Two without guards are equal
/// when their actions are; one with guards is equal to itself only.
/// </summary>
internal sealed record Decision(ImmutableArray<GuardedAction> Guards, SeccompAction Otherwise)
{
    public static Decision Always(SeccompAction action) => new([], action);

    /// <summary>Whether the kernel carries the call out for some arguments, or lets a tracer or a listener say so.</summary>
    public bool MayHappen
    {
        get
        {
            foreach (GuardedAction guard in Guards)
            {
                if (guard.Action.MayHappen)
                {
                    return true;
                }
            }

            return Otherwise.MayHappen;
        }
    }

    public SeccompAction For(ReadOnlySpan<ulong> arguments) => GuardFor(arguments)?.Action ?? Otherwise;

    /// <summary>Whether this and another look at no argument and come to the same.</summary>
    public bool IsAlways(Decision other) => Guards.IsEmpty && other.Guards.IsEmpty && Otherwise == other.Otherwise;

    /// <summary>The guard that decides, or null where none holds.</summary>
    public GuardedAction? GuardFor(ReadOnlySpan<ulong> arguments)
    {
        foreach (GuardedAction guard in Guards)
        {
            if (guard.Holds(arguments))
            {
                return guard;
            }
        }

        return null;
    }
}
