using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox exec</c>.</summary>
internal sealed record ExecOptions : SandboxInvocation
{
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>In the order given; the last of two with one name holds.</summary>
    public ImmutableArray<EnvironmentOption> Environment { get; init; } = [];

    /// <summary>Read before those, whatever the order.</summary>
    public ImmutableArray<string> EnvironmentFiles { get; init; } = [];

    public override IEnumerable<string> PassedOn => [.. Command, .. Environment.Select(static option => option.ToString())];

    /// <summary>Absolute and cleaned, or null for the sandbox's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Null means the sandbox's own.</summary>
    public UserOption? User { get; init; }

    /// <summary>Whether this process returns when the command is executed.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether the command reads the caller's standard input.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether the command has a terminal of its own.</summary>
    public bool Terminal { get; init; }
}
