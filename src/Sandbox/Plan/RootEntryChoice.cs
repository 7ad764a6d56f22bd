using Sandbox.Spec;

namespace Sandbox.Plan;

/// <summary>Which of them a launch takes.</summary>
internal static class RootEntryChoice
{
    public static RootEntry Of(RuntimeSpec spec, LaunchSettings settings) =>
        !spec.Linux.Has(NamespaceFlags.CLONE_NEWNS) ? RootEntry.Change
        : settings.Container is { StaysOnInitialRoot: true } ? RootEntry.Cover
        : RootEntry.Pivot;
}
