using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>A name in the store, and the image that it stands for.</summary>
/// <param name="Name">Null where an image was found by its digest, and has no name.</param>
/// <param name="Manifest">The digest of the manifest that the image came with, where it had one.</param>
internal sealed record NamedImage(Reference? Name, Digest Id, Digest? Manifest);
