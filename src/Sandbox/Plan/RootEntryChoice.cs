using Sandbox.Spec;

namespace Sandbox.Plan;

/// <summary>Chooses how a launch makes its directory the root.</summary>
internal static class RootEntryChoice
{
    public static RootEntry Of(RuntimeSpec spec, LaunchSettings settings) =>
        !spec.Linux.Has(NamespaceFlags.CLONE_NEWNS) ? RootEntry.Change
        : settings.Container is { StaysOnInitialRoot: true } ? RootEntry.Cover
        : RootEntry.Pivot;
}
