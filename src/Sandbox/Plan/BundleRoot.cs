using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The root file system of a bundle ("root.path"), a directory of the host's, which the container writes to as it is; and
/// how mounts spread from and to it ("linux.rootfsPropagation").
/// </summary>
internal static class BundleRoot
{
    /// <summary>Takes the tree while it can be a part of the host's groups of mounts still; null where it is not to be.</summary>
    public static Slot? OpenShared(ProgramBuilder program, RuntimeSpec spec) =>
        spec.RootPath is not null && Spreading(spec) is { } flags && (flags & (MountFlags.MS_SHARED | MountFlags.MS_SLAVE)) != 0 ? Open(program, spec) : null;

    /// <param name="shared">The tree, where it was taken before.</param>
    public static RootPlan Mount(ProgramBuilder program, RuntimeSpec spec, Slot? shared)
    {
        if (!spec.Linux.Has(NamespaceFlags.CLONE_NEWNS))
        {
            // Nothing is hidden in it: the mounts are the host's.
            Slot plain = Find(program, spec);
            return new RootPlan(plain, plain);
        }

        const MountFlags closed = MountFlags.MS_RDONLY | MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;
        Slot tree = shared ?? Open(program, spec);
        if (shared is not null)
        {
            // pivot_root(2) refuses what is shared; below the host's mounts it may stay.
            program.MountSetAttributes(tree, MountAttributes.None, recursive: true, propagation: MountFlags.MS_SLAVE);
        }

        // The empty directory that hides others lies under the root's own mount: there it is in nobody's way, and hooks
        // find the root where the bundle says that it is.
        string path = Path(spec);
        program.Mount("tmpfs", path, "tmpfs", closed, "size=4k,nr_inodes=2,mode=555,uid=0,gid=0");
        Slot empty = program.Open(path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        program.MoveMount(tree, path);
        return new RootPlan(program.Open(path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY), empty);
    }

    /// <summary>After the host's tree is gone: what is said holds for the root as it is then.</summary>
    public static void Spread(ProgramBuilder program, RuntimeSpec spec)
    {
        if (Spreading(spec) is { } flags)
        {
            program.For($"let mounts spread as {spec.Linux.RootfsPropagation}");
            program.Mount(null, "/", null, flags);
        }
    }

    /// <summary>The same root for who joins a container that has only changed it: entering its namespaces has not.</summary>
    public static void Join(ProgramBuilder program, RuntimeSpec spec)
    {
        if (spec.RootPath is not null && !spec.Linux.Has(NamespaceFlags.CLONE_NEWNS))
        {
            program.ChangeDirectory(Find(program, spec));
            program.ChangeRoot(".");
        }
    }

    private static Slot Find(ProgramBuilder program, RuntimeSpec spec)
    {
        program.For($"use the root file system {Path(spec)}", Hint);
        return program.Open(Path(spec), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
    }

    private static Slot Open(ProgramBuilder program, RuntimeSpec spec)
    {
        program.For($"use the root file system {Path(spec)}", Hint);
        return program.OpenTree(Path(spec), OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE);
    }

    private static string Path(RuntimeSpec spec) => spec.RootPath ?? throw new ArgumentException("there is no root directory", nameof(spec));

    private static MountFlags? Spreading(RuntimeSpec spec) => spec.Linux.RootfsPropagation is { } word ? MountWords.Spreading(word) : null;

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.EACCES => "every directory on the way needs x for who makes the container",
        Errno.EINVAL => "a part of it is a mount that the host does not let go",
        _ => null,
    };
}
