using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// Paths that are hidden or made read-only, those of /proc and /sys as a rule; one that is not there is passed over. A
/// link is followed where the image may have one, as whoever reads or writes there does.
/// </summary>
internal static class PathPlan
{
    public static void Protect(ProgramBuilder program, RootPlan root, Sources sources, LinuxSpec linux)
    {
        foreach (string path in linux.MaskedPaths)
        {
            program.For($"hide {path}");
            program.Cover(root.Root, path, sources.Null, root.Empty, links: !MountPlan.IsOfKernel(path));
        }

        foreach (string path in linux.ReadonlyPaths)
        {
            program.For($"make {path} read-only");
            string name = path.TrimStart('/');
            Slot place = MountPlan.IsOfKernel(path)
                ? program.OpenIn(root.Root, name, OpenFlags.O_PATH, tolerated: Errno.ENOENT)
                : program.OpenInFollowing(root.Root, name, OpenFlags.O_PATH, tolerated: Errno.ENOENT);
            Slot tree = program.OpenTree(place, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE);
            program.MountSetAttributes(tree, MountAttributes.MOUNT_ATTR_RDONLY, recursive: true);
            program.MoveMount(tree, place);
        }
    }
}
