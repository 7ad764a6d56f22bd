using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>Paths of /proc and /sys that are hidden or made read-only; one that this kernel does not have is passed over.</summary>
internal static class PathPlan
{
    public static void Protect(ProgramBuilder program, RootPlan root, Sources sources, LinuxSpec linux)
    {
        foreach (string path in linux.MaskedPaths)
        {
            program.For($"hide {path}");
            program.Cover(root.Root, path, sources.Null, root.Empty);
        }

        foreach (string path in linux.ReadonlyPaths)
        {
            program.For($"make {path} read-only");
            Slot place = program.OpenIn(root.Root, path.TrimStart('/'), OpenFlags.O_PATH, tolerated: Errno.ENOENT);
            Slot tree = program.OpenTree(place, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE);
            program.MountSetAttributes(tree, MountAttributes.MOUNT_ATTR_RDONLY, recursive: true);
            program.MoveMount(tree, place);
        }
    }
}
