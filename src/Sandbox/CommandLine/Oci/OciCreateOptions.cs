namespace Sandbox.CommandLine;

/// <summary>The command line of <c>create</c> and <c>run</c>.</summary>
internal sealed record OciCreateOptions : OciInvocation
{
    /// <summary>The directory of the bundle; relative to the working directory.</summary>
    public string Bundle { get; init; } = ".";

    /// <summary>The specification, where it is not the bundle's config.json.</summary>
    public string? Config { get; init; }

    public string? PidFile { get; init; }

    /// <summary>The unix socket that takes the master of the container's terminal.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>The unix socket that takes a pidfd of the container's process.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>How many descriptors from 3 up the container keeps.</summary>
    public int PreservedDescriptors { get; init; }

    /// <summary>Whether the root is changed without pivot_root(2), as an initramfs needs it.</summary>
    public bool NoPivot { get; init; }

    /// <summary>Whether the container shares the caller's session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>Whether <c>run</c> ends when the container has started.</summary>
    public bool Detach { get; init; }

    /// <summary>Whether <c>run</c> leaves the stopped container to <c>delete</c>.</summary>
    public bool Keep { get; init; }
}
