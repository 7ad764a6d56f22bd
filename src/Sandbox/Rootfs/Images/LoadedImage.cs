using System.Collections.Immutable;
using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>An image that was brought into the store.</summary>
/// <param name="Names">All names that it was given.</param>
internal sealed record LoadedImage(Digest Id, ImmutableArray<Reference> Names);
