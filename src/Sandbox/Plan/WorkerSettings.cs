namespace Sandbox.Plan;

/// <summary>What a worker is to be: a second process of sandbox's executable that handles foreign bytes.</summary>
internal sealed record WorkerSettings
{
    /// <summary>The verb and its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    public required IdMapText IdMaps { get; init; }

    /// <summary>Whether it outlives the launcher.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether it has memory of the launcher's for its descriptor 4.</summary>
    public bool TakesMemory { get; init; }

    /// <summary>Whether its descriptor 0 is a second directory that it writes to.</summary>
    public bool InputIsDirectory { get; init; }

    /// <summary>Whether what it puts there are links to files of the first directory, which it must not write.</summary>
    public bool InputTakesLinks { get; init; }

    /// <summary>Whether it only reads the first directory.</summary>
    public bool DirectoryIsRead { get; init; }

    /// <summary>Where that second directory lies beneath the first; null where it does not. Links from one to the other need one mount.</summary>
    public string? InputBeneath { get; init; }

    /// <summary>Whether it sees nothing but what it works on: where there is no user namespace, and with it no other bound for root.</summary>
    public bool HasOwnMounts => !Detached && IdMaps.Writer == MapWriter.Nobody;

    /// <summary>The version of landlock(7) that the kernel offers; 0 for none.</summary>
    public int LandlockVersion { get; init; }
}
