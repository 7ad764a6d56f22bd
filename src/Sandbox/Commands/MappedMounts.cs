using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.Plan;

namespace Sandbox.Commands;

/// <summary>What a run by root sends into its sandbox as mounts that map ids, once the user namespace is there whose ids they are mapped to.</summary>
internal static class MappedMounts
{
    /// <summary>Sends volumes, layers and the place for changes, in the order in which the child takes them; null where all are found by name.</summary>
    public static Func<int, IReadOnlyList<SafeFileHandle>>? Sender(SandboxPlan plan, PreparedRun run)
    {
        if (!run.Access.Ids.MapsLayers)
        {
            return null;
        }

        Func<int, IReadOnlyList<SafeFileHandle>>? volumes = MappedSources.Sender(plan.MappedSources);
        SafeFileHandle store = run.Access.Store.Directory;
        return pid =>
        {
            IReadOnlyList<SafeFileHandle> first = volumes?.Invoke(pid) ?? [];
            ImmutableArray<SafeFileHandle> layers = run.Source.Directory is { } directory
                ? MappedLayers.Open(pid, directory, ["."])
                : MappedLayers.Open(pid, store, run.Source.Layers);
            return run.Scratch.Directory is { } disk
                ? [.. first, .. layers, run.Scratch.IsKept ? MappedLayers.OpenWritable(pid, store, disk) : MappedLayers.OpenPlain(store, disk)]
                : [.. first, .. layers];
        };
    }
}
