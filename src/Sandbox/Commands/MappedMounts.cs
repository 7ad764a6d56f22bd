using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.Plan;

namespace Sandbox.Commands;

/// <summary>What a run by root sends into its sandbox as mounts that map ids, once the user namespace is there whose ids they are mapped to.</summary>
internal static class MappedMounts
{
    /// <summary>Sends volumes, layers and the place for changes, in the order in which the child takes them; null where all are found by name.</summary>
    public static Func<ChildsUsers, IReadOnlyList<SafeFileHandle>>? Sender(SandboxPlan plan, PreparedRun run)
    {
        if (!run.Access.Ids.MapsLayers)
        {
            return null;
        }

        Func<ChildsUsers, IReadOnlyList<SafeFileHandle>>? volumes = MappedSources.Sender(plan.MappedSources);
        SafeFileHandle store = run.Access.Store.Directory;
        return users =>
        {
            IReadOnlyList<SafeFileHandle> first = volumes?.Invoke(users) ?? [];
            ImmutableArray<SafeFileHandle> layers = run.Source.Directory is { } directory
                ? MappedLayers.Open(users, directory, ["."])
                : MappedLayers.Open(users, store, run.Source.Layers);
            return run.Scratch.Directory is { } disk
                ? [.. first, .. layers, run.Scratch.IsKept ? MappedLayers.OpenWritable(users, store, disk) : MappedLayers.OpenPlain(store, disk, $"cannot mount {disk}")]
                : [.. first, .. layers];
        };
    }
}
