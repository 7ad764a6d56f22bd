using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Rootfs;

/// <summary>
/// A second process of this executable, called as <c>sandbox VERB ARGUMENTS</c>, with no network, in the user
/// namespace of the trees that it works on.
/// </summary>
internal sealed record WorkerRequest
{
    /// <summary>The descriptors at which a worker finds <see cref="Directory"/> and <see cref="Memory"/>.</summary>
    public const int DirectoryDescriptor = 3, MemoryDescriptor = 4;

    public required string Verb { get; init; }

    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>The worker's descriptor 0; null for /dev/null.</summary>
    public SafeFileHandle? Input { get; init; }

    /// <summary>The worker's descriptor 4: <see cref="SharedBlocks"/>, of which <see cref="Input"/> tells; null for none.</summary>
    public SafeFileHandle? Memory { get; init; }

    /// <summary>Whether <see cref="Input"/> is a second directory that the worker writes to.</summary>
    public bool InputIsDirectory { get; init; }

    /// <summary>Whether the files of that second directory are links to those of the first: they are never written.</summary>
    public bool InputTakesLinks { get; init; }

    /// <summary>The worker's descriptor 1, to which it writes a <see cref="WorkerReport"/>; null for /dev/null.</summary>
    public SafeFileHandle? Report { get; init; }

    /// <summary>The worker's descriptor 3: all of the store that it works on.</summary>
    public required SafeFileHandle Directory { get; init; }

    /// <summary>Whether it is only read.</summary>
    public bool DirectoryIsRead { get; init; }

    /// <summary>
    /// Whether the worker outlives the launcher: it then has a session of its own, no signal when the launcher dies, and
    /// nobody waits for it. It needs no user namespace. Others die with the launcher.
    /// </summary>
    public bool Detached { get; init; }
}
