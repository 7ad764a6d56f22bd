namespace Sandbox.CommandLine;

/// <summary>What every operation of the runtime is told, before its name or after.</summary>
internal sealed record OciGlobal
{
    /// <summary>The directory of the containers' state; null for the usual one.</summary>
    public string? Root { get; init; }

    /// <summary>The file that failures and warnings are written to as well; null for none.</summary>
    public string? Log { get; init; }

    public LogFormat LogFormat { get; init; }

    /// <summary>Whether each operation leaves a line in the log.</summary>
    public bool Debug { get; init; }

    public CgroupKeeper Keeper { get; init; }

    public RootlessMode Rootless { get; init; }
}
