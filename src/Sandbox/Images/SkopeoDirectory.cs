using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Images;

/// <summary>
/// What <c>skopeo copy ... dir:PATH</c> writes: the manifest as the registry had it, and beside it all that it leads to, each
/// file named by the digits of its digest.
/// </summary>
internal sealed class SkopeoDirectory : LayoutDirectory
{
    /// <summary>The file that tells it from other directories, by how it begins.</summary>
    private const string Marker = "version";

    private const string TopManifest = "manifest.json";

    private readonly Descriptor _top;

    private SkopeoDirectory(SafeFileHandle directory, string name)
        : base(directory, name)
    {
        byte[] text = Read(TopManifest) ?? throw new SandboxException($"cannot read {TopManifest} of {Name}", "it is not there");
        bool isIndex = JsonCursor.Read(text, $"{TopManifest} of {Name}", HasManifests);
        _top = new Descriptor(isIndex ? MediaType.OciIndex : MediaType.OciManifest, Hasher.Of(text), text.Length);
    }

    /// <summary>The image, or the one image that comes for several platforms.</summary>
    public ImmutableArray<ImageCandidate> List() => [OciLayout.Behind(this, _top, [], [])];

    /// <summary>Opens a directory, which belongs to what is returned; null where it is no such one, and remains the caller's.</summary>
    public static SkopeoDirectory? TryOpen(SafeFileHandle directory, string name) =>
        HasFile(directory, TopManifest) && HasFile(directory, Marker) && ReadMarker(directory).StartsWith("Directory Transport Version: "u8)
            ? new SkopeoDirectory(directory, name)
            : null;

    protected override string PathOf(Descriptor blob) =>
        blob.Digest == _top.Digest ? TopManifest : blob.Kind is MediaKind.Index or MediaKind.Manifest ? $"{blob.Digest.Hex}.{TopManifest}" : blob.Digest.Hex;

    /// <summary>The text itself may say nothing of its media type: what it lists tells an index from a manifest.</summary>
    private static bool HasManifests(ref JsonCursor json)
    {
        bool found = false;
        while (json.NextMember())
        {
            found |= json.Is("manifests"u8);
            json.Skip();
        }

        return found;
    }

    /// <summary>A root file system may have anything of these names.</summary>
    private static bool HasFile(SafeFileHandle directory, string name) =>
        Libc.statx(directory.Descriptor(), name, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx status) == 0 && status.Type == FileType.S_IFREG;

    private static unsafe ReadOnlySpan<byte> ReadMarker(SafeFileHandle directory)
    {
        const int longest = 64;
        byte[] text = new byte[longest];
        using SafeFileHandle file = Libc.openat(
            directory.Descriptor(), Marker, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC, 0);
        fixed (byte* start = text)
        {
            return file.IsInvalid ? [] : text.AsSpan(0, (int)Math.Max(Libc.pread(file, start, longest, 0), 0));
        }
    }
}
