using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>A root file system that is empty at the start, but for the image's /usr, which cannot be changed, and the links that lead there.</summary>
internal static class UsrRoot
{
    private const OpenFlags AsPlace = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY;
    private const uint Mode = 0x1ED, RootsMode = 0x1C0;

    private static readonly string[] Links = ["bin", "sbin", "lib", "lib64"];

    /// <param name="image">The whole tree, which nobody will see.</param>
    /// <returns>Where it is.</returns>
    public static string Mount(ProgramBuilder program, Scaffold scaffold, string image)
    {
        program.For("take the image's /usr", errno => errno is Errno.ENOENT or Errno.ELOOP or Errno.ENOTDIR ? "the image must have all that it runs in a directory /usr" : null);
        Slot tree = program.OpenTree(program.OpenIn(program.Open(image, AsPlace), "usr", AsPlace), OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE);
        program.MountSetAttributes(tree, MountAttributes.MOUNT_ATTR_RDONLY, recursive: true);

        // Beside the limits of the scaffold, which holds nobody's changes then.
        program.For("make a root of it");
        string root = scaffold.Make(program, "usr-root", Mode);
        program.Mount("tmpfs", root, "tmpfs", MountFlags.MS_NODEV, "mode=755,size=25%,nr_inodes=400k");
        program.MakeDirectory(root + "/usr", Mode);
        program.MakeDirectory(root + "/var", Mode);
        program.MakeDirectory(root + "/root", RootsMode);
        program.MoveMount(tree, root + "/usr");
        foreach (string name in Links)
        {
            program.MakeSymbolicLink("usr/" + name, root + "/" + name);
        }

        return root;
    }
}
