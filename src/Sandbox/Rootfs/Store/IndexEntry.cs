using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>What the index knows of an archive file: the tree that was made of it, or the image that it holds.</summary>
/// <param name="Layer">The tree, where it is the archive of a root file system.</param>
/// <param name="Image">The image, where it holds images.</param>
/// <param name="Certain">Whether the file is sure to be unchanged; else its content has to be looked at.</param>
internal readonly record struct IndexEntry(LayerId? Layer, Digest? Image, bool Certain);
