using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>A system call, by name or number, with its first arguments; those left out are 0.</summary>
internal sealed record AskedCall(string Name, ImmutableArray<ulong> Arguments);

/// <summary>The command line of <c>sandbox seccomp</c>.</summary>
internal sealed record SeccompOptions : Invocation
{
    /// <summary>A file, or "default".</summary>
    public string Profile { get; init; } = "";

    /// <summary>Print the program.</summary>
    public bool Dump { get; init; }

    /// <summary>Explain the verdict on this call.</summary>
    public AskedCall? Explain { get; init; }
}
