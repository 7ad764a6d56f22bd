namespace Sandbox.CommandLine;

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
