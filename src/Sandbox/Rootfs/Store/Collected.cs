using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>What a removal took away.</summary>
/// <param name="Images">Ids of images.</param>
/// <param name="Layers">Trees of the store.</param>
/// <param name="Kept">Trees that nothing names, and a run uses: a later removal takes them.</param>
/// <param name="Refused">Trees that this caller may not remove, being unpacked with another id map.</param>
internal sealed record Collected(List<Digest> Images, int Layers, int Kept, int Refused);
