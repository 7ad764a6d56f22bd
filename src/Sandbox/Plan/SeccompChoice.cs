using Sandbox.Seccomp;

namespace Sandbox.Plan;

/// <summary>Which profile the command's system calls are filtered by.</summary>
internal abstract record SeccompChoice
{
    private SeccompChoice()
    {
    }

    /// <summary>The default profile, whose usual programs are made ahead of time.</summary>
    internal sealed record Default : SeccompChoice
    {
        public static Default Instance { get; } = new();
    }

    /// <summary>A profile of the user's.</summary>
    internal sealed record Profile(SeccompProfile Rules) : SeccompChoice;

    /// <summary>A program that was made before.</summary>
    internal sealed record Compiled(SeccompFilter Filter) : SeccompChoice;

    /// <summary>No filter.</summary>
    internal sealed record Unconfined : SeccompChoice;
}
