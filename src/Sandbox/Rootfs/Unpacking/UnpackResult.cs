using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>What an archive held, and what of it was left out.</summary>
internal sealed record UnpackResult
{
    /// <summary>Entries met, those that were left out included.</summary>
    public required long Entries { get; init; }

    /// <summary>Whether the archive holds images and no root file system: then nothing of it was unpacked.</summary>
    public bool HoldsImages { get; init; }

    /// <summary>The digest of the tar archive without compression, where it was asked for.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Bytes of file content written.</summary>
    public required long Bytes { get; init; }

    /// <summary>Device nodes left out.</summary>
    public required long DeviceNodesLeftOut { get; init; }

    /// <summary>Extended attributes left out, file capabilities among them: by rule, or because the file system has no such kind.</summary>
    public required long AttributesLeftOut { get; init; }
}
