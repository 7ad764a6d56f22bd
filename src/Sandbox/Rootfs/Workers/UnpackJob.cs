using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>One archive to be unpacked by a worker.</summary>
internal sealed record UnpackJob
{
    /// <summary>What messages and the display call it.</summary>
    public required string Name { get; init; }

    /// <summary>The worker's verb and words.</summary>
    public required string Verb { get; init; }

    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Its bytes; the session disposes of it.</summary>
    public required ByteSource Bytes { get; init; }

    /// <summary>
    /// What becomes readable when there are more of them; null where they are there already, as those of a file are. What comes so is
    /// passed on as it comes: for a worker that takes blocks of any length.
    /// </summary>
    public SafeFileHandle? Awaited { get; init; }

    /// <summary>How many there are, as far as is known.</summary>
    public required long Size { get; init; }

    /// <summary>How they are hashed on their way to the worker.</summary>
    public DigestAlgorithm Algorithm { get; init; } = DigestAlgorithm.Sha256;

    /// <summary>The directory that the worker works in; the handle stays the caller's.</summary>
    public required SafeFileHandle Destination { get; init; }
}
