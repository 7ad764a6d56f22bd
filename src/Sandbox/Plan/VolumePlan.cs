using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The directories that the image declares as volumes. Whatever a sandbox writes is its own anyway, so that they only have
/// to exist; where the root file system turns read-only they stay writable, as mounts of their own.
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
