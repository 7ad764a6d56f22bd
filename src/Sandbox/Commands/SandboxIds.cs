using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary>What the choice of id maps means for the launch, for the trees of the store, and for the workers between them.</summary>
internal sealed record SandboxIds(IdMaps Maps, bool IsRoot)
{
    /// <summary>The maps of the sandbox.</summary>
    public IdMapText OfSandbox { get; } = new(WriterOf(Maps), IdMapPlan.Text(Maps.Uids), IdMapPlan.Text(Maps.Gids)) { AllowsGroups = Maps.AllowsGroups };

    /// <summary>
    /// Whether trees lie in the store with the archive's own ids and are mapped when they are mounted; the kernel lets
    /// only root do that. Everybody else's trees are unpacked with the ids that they will have.
    /// </summary>
    public bool MapsLayers => IsRoot && Maps.HasUserNamespace;

    /// <summary>The maps with which the store's trees are unpacked and removed.</summary>
    public IdMapText OfStore => MapsLayers ? IdMapText.None : OfSandbox;

    public MapKey Key => MapKey.Of(OfStore.Uids, OfStore.Gids);

    /// <summary>Whether a tree may have more owners than the caller.</summary>
    public bool KeepsOwners => OfSandbox.Writer != MapWriter.Child;

    /// <summary>Who owns root's files in the trees of the store: root itself, or the caller, who is root inside.</summary>
    public (uint Uid, uint Gid) RootOfStore => IsRoot ? (0, 0) : (Maps.Uids[0].HostId, Maps.Gids[0].HostId);

    private static MapWriter WriterOf(IdMaps maps) => maps.Writer switch
    {
        IdMapWriter.None => MapWriter.Nobody,
        IdMapWriter.Helpers => MapWriter.Helpers,

        // Its own id alone a child may map itself, once it has given up setgroups(2).
        _ => maps.AllowsGroups ? MapWriter.Launcher : MapWriter.Child,
    };
}
