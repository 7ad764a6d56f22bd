namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox logs</c>.</summary>
internal sealed record LogsOptions : SandboxInvocation
{
    /// <summary>Whether it goes on until the sandbox ends.</summary>
    public bool Follow { get; init; }

    /// <summary>The last lines only; null for all that there are.</summary>
    public int? Tail { get; init; }

    /// <summary>Whether each line begins with the time at which it came.</summary>
    public bool Timestamps { get; init; }
}
