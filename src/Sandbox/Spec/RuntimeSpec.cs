using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>
/// What a sandbox must be, in the terms of the OCI runtime specification: the one model of every launch. The command line
/// is one way to it, config.json of a bundle the other.
/// </summary>
internal sealed record RuntimeSpec
{
    /// <summary>The version of the specification that it is written in.</summary>
    public string OciVersion { get; init; } = SpecVersion.Own;

    public required ProcessSpec Process { get; init; }

    /// <summary>The directory of the root file system, absolute ("root.path"); null where it is made of an image's layers.</summary>
    public string? RootPath { get; init; }

    /// <summary>Whether the root file system ends read-only ("root.readonly").</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>Null leaves the name that the UTS namespace has.</summary>
    public string? Hostname { get; init; }

    /// <summary>The NIS domain name; null leaves the one that the UTS namespace has.</summary>
    public string? Domainname { get; init; }

    /// <summary>In the order in which they are mounted; each finds the ones before it.</summary>
    public ImmutableArray<MountSpec> Mounts { get; init; } = [];

    /// <summary>Directories of the image that are made if they are missing, and stay writable below a read-only root.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>Small files made at start and bound over the image's own, which stays as it is.</summary>
    public ImmutableArray<GeneratedFile> Files { get; init; } = [];

    public HooksSpec Hooks { get; init; } = HooksSpec.None;

    /// <summary>What others have written about the sandbox, for others.</summary>
    public ImmutableArray<NamedText> Annotations { get; init; } = [];

    public required LinuxSpec Linux { get; init; }

    /// <summary>What was asked for and is passed over, as the specification has it, in a sentence each.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
}
