namespace Sandbox.Plan;

/// <summary>The source of a bind mount whose ids are mapped, which only the machine's root can do.</summary>
/// <param name="Path">Outside.</param>
/// <param name="WithMounts">Whether the mounts below it come along.</param>
/// <param name="MapsMounts">Whether ids of those are mapped as well.</param>
/// <param name="Map">The maps; null for those of the container's user namespace.</param>
internal sealed record MappedSource(string Path, bool WithMounts, bool MapsMounts, IdMapText? Map);
