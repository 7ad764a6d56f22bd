using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The image's volumes. What a sandbox writes is its own in every directory, so that these need but be there, and stay
/// writable where the root file system turns read-only: as mounts of their own, which the root's does not speak for.
/// </summary>
internal static class VolumePlan
{
    public static void Mount(ProgramBuilder program, RootPlan root, RuntimeSpec spec)
    {
        foreach (string volume in spec.Volumes)
        {
            program.For($"make the image's volume {volume}", static errno => errno == Errno.ENOTDIR ? "the image has a file there" : null);
            Slot place = program.FindTarget(root.Root, volume, ProgramBuilder.TargetKind.Directory);
            if (spec.ReadOnlyRoot)
            {
                program.MoveMount(program.OpenTree(place, OpenTreeFlags.OPEN_TREE_CLONE), place);
            }
        }
    }
}
