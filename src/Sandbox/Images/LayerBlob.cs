namespace Sandbox.Images;

/// <summary>One layer of an image before it is unpacked.</summary>
/// <param name="Name">What messages call it: its digest, or its name in the archive.</param>
/// <param name="Open">Opens it where it lies; the handle is the caller's.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Digest">The digest of these bytes; null in old archives, which do not tell.</param>
/// <param name="DiffId">The digest of the tar archive that it is without compression.</param>
/// <param name="Kind">How it must be compressed; <see cref="MediaKind.Unknown"/> where nothing says.</param>
internal sealed record LayerBlob(string Name, Func<FileRange> Open, long Size, Digest? Digest, Digest DiffId, MediaKind Kind);
