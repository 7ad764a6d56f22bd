using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// A second look at what is bound read-only, where Landlock cannot repeat the rule: through the finished root, by the
/// path that the command will use. A mount that was got wrong ends the launch.
/// </summary>
internal static class ReadOnlyPlan
{
    public static void Verify(ProgramBuilder program, RootPlan root, ImmutableArray<MountSpec> mounts, RuntimeSpec spec, LaunchSettings settings)
    {
        for (int i = 0; i < mounts.Length; i++)
        {
            MountSpec mount = mounts[i];
            if (!mount.IsBind || !mount.IsReadOnly || IsCovered(mounts, i) || LandlockPlan.RepeatsReadOnly(mount, spec, settings))
            {
                continue;
            }

            program.For($"keep {mount.Destination} read-only");
            Slot place = program.OpenInFollowing(root.Root, mount.Destination.Trim('/') is { Length: > 0 } path ? path : ".", OpenFlags.O_PATH);
            program.ExpectReadOnly(place);
            program.Close(place);
        }
    }

    /// <summary>Whether a later mount of the specification lies over it: the path leads to that one then.</summary>
    private static bool IsCovered(ImmutableArray<MountSpec> mounts, int index)
    {
        for (int i = index + 1; i < mounts.Length; i++)
        {
            if (mounts[index].Destination == mounts[i].Destination || mounts[index].Destination.StartsWith(mounts[i].Destination.TrimEnd('/') + "/", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
