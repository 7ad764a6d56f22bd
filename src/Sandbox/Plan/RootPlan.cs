using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sandbox.Rootfs;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The root file system: an overlay of the image's layers, which nobody writes to, below a directory that lives as long
/// as the sandbox.
/// </summary>
internal sealed class RootPlan
{
    // mount(2) takes one page of options, its NUL included.
    private const int LongestOptions = 4095;

    public RootPlan(Slot root, Slot empty)
    {
        Root = root;
        Empty = empty;
    }

    /// <summary>The root directory of the sandbox, by which every path in it is resolved.</summary>
    public Slot Root { get; }

    /// <summary>An empty directory that cannot be written: what hides directories.</summary>
    public Slot Empty { get; }

    public static RootPlan Mount(ProgramBuilder program, LaunchSlots slots, Scaffold scaffold, FilePlan files, LaunchSettings settings)
    {
        program.For("prepare a place for the root file system");
        string merged = scaffold.Make(program, "root", 0x1C0);
        string layers = Layers(program, slots, scaffold, settings);
        (string upper, string work, string? lowest) = Writable(program, slots, scaffold, settings);
        files.FillUpper(program, upper);
        MountOverlay(program, merged, layers, lowest, upper, work, settings);
        string shown = settings.UsrOnly ? UsrRoot.Mount(program, scaffold, merged) : merged;
        Slot root = program.Open(shown, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        return new RootPlan(root, MountEmpty(program, scaffold));
    }

    /// <summary>Makes the command's working directory where it is missing, and finds it.</summary>
    public Slot FindWorkingDirectory(ProgramBuilder program, string path)
    {
        program.For($"find the working directory {path}", DirectoryHint);
        Slot directory = program.FindTarget(Root, path, ProgramBuilder.TargetKind.Directory);
        if (path != "/")
        {
            // /proc/self is PID 1 now: its directory of descriptors is not the command's to start in (CVE-2024-21626's kind).
            program.RefuseFileSystem(directory, FileSystemMagic.PROC_SUPER_MAGIC, "it lies in /proc");
        }

        return directory;
    }

    /// <summary>Finds a working directory that must be there, by names of a root that is in use.</summary>
    public static Slot FindDirectory(ProgramBuilder program, Slot root, string path)
    {
        program.For($"find the working directory {path}", errno => errno == Errno.ENOENT ? "the sandbox has no such directory" : DirectoryHint(errno));
        return program.OpenInFollowing(root, path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
    }

    /// <summary>Makes it the working directory of the process.</summary>
    public static void EnterWorkingDirectory(ProgramBuilder program, string path, Slot directory)
    {
        program.For($"enter the working directory {path}", DirectoryHint);
        program.ChangeDirectory(directory);
        if (path != "/")
        {
            program.RefuseUnreachableDirectory("it is not beneath the root directory");
        }
    }

    /// <summary>Makes it the root of the process; the host's tree is then reachable by no name.</summary>
    public void Enter(ProgramBuilder program, bool readOnly, RootEntry entry = RootEntry.Pivot)
    {
        program.For("make the image the root directory");
        if (readOnly)
        {
            program.MountSetAttributes(Root, MountAttributes.MOUNT_ATTR_RDONLY, recursive: false);
        }

        // The old root on top of the new one, then away with it: no directory for it is needed (pivot_root(2), NOTES).
        program.ChangeDirectory(Root);
        if (entry != RootEntry.Pivot)
        {
            if (entry == RootEntry.Cover)
            {
                program.Mount(".", "/", null, MountFlags.MS_MOVE);
            }

            program.ChangeRoot(".");
            program.ChangeDirectory("/");
            return;
        }

        program.PivotRoot(".", ".");
        program.Unmount(".", UnmountFlags.MNT_DETACH);
        program.ChangeDirectory("/");
    }

    /// <summary>The lower directories as overlay takes them, the topmost first.</summary>
    private static string Layers(ProgramBuilder program, LaunchSlots slots, Scaffold scaffold, LaunchSettings settings)
    {
        program.For("take the image's layers");
        if (!settings.IdMappedLayers)
        {
            return scaffold.RootDirectory is { } tree ? Attach(program, scaffold, tree, "lower") : JoinLayers(settings.Layers);
        }

        int count = settings.RootDirectory is null ? settings.Layers.Length : 1;
        List<string> names = [];
        for (int i = 0; i < count; i++)
        {
            names.Add(Receive(program, slots, scaffold, string.Create(CultureInfo.InvariantCulture, $"lower{i}")));
        }

        return string.Join(':', names);
    }

    /// <summary>The lower directories as overlay takes them, the topmost first.</summary>
    private static string JoinLayers(ImmutableArray<string> layers) => layers is [string single] ? single : string.Join(':', layers.Reverse());

    /// <summary>The upper and the work directory of the overlay, and what lies below the image where changes are kept.</summary>
    private static (string Upper, string Work, string? Lowest) Writable(ProgramBuilder program, LaunchSlots slots, Scaffold scaffold, LaunchSettings settings)
    {
        program.For("prepare a place for changes");
        if (settings.ScratchDirectory is null)
        {
            return (scaffold.Make(program, "upper", settings.RootMode), scaffold.Make(program, "work", 0x1C0), null);
        }

        Slot? tree = settings.IdMappedLayers ? program.ReceiveDescriptor(slots.Mounts, "disk")
            : settings.KeepsChanges ? program.OpenTree(settings.ScratchDirectory, OpenTreeFlags.OPEN_TREE_CLONE)
            : null;
        if (tree is { } kept && settings.KeepsChanges)
        {
            // Who was given it as a volume may have put links in the places of the directories, and the overlay would be of what they lead to.
            program.MountSetAttributes(kept, MountAttributes.MOUNT_ATTR_NOSYMFOLLOW, recursive: false);
        }

        string disk = tree is { } attached ? Attach(program, scaffold, attached, "disk") : settings.ScratchDirectory;
        return (disk + "/upper", disk + "/work", settings.KeepsChanges ? $"{disk}/{KeptScratch.Places}" : null);
    }

    private static string Receive(ProgramBuilder program, LaunchSlots slots, Scaffold scaffold, string name) =>
        Attach(program, scaffold, program.ReceiveDescriptor(slots.Mounts, name), name);

    private static string Attach(ProgramBuilder program, Scaffold scaffold, Slot tree, string name)
    {
        string place = scaffold.Make(program, name, 0x1C0);
        program.MoveMount(tree, place);
        return place;
    }

    private static void MountOverlay(ProgramBuilder program, string merged, string layers, string? lowest, string upper, string work, LaunchSettings settings)
    {
        program.For("mount the image's root file system", errno => OverlayHint(errno, settings));

        // Overlay keeps its marks in user.overlay.*, which are its owner's to write within a user namespace; the layers of
        // an image have them whoever runs it. Changes that go with the sandbox need not reach the disk before that.
        bool isVolatile = settings is { ScratchDirectory: not null, KeepsChanges: false };
        string below = lowest is null ? "" : ":" + Escape(lowest);
        string options = $"upperdir={Escape(upper)},workdir={Escape(work)}{(isVolatile ? ",volatile" : "")},userxattr";
        if (Encoding.UTF8.GetByteCount(layers + below + options) + "lowerdir=,".Length <= LongestOptions)
        {
            program.Mount("overlay", merged, "overlay", MountFlags.MS_NODEV, $"lowerdir={layers}{below},{options}");
            return;
        }

        Slot context = program.FsOpen("overlay");
        foreach (string layer in layers.Split(':'))
        {
            program.FsConfig(context, "lowerdir+", layer);
        }

        if (lowest is not null)
        {
            program.FsConfig(context, "lowerdir+", lowest);
        }

        program.FsConfig(context, "upperdir", upper);
        program.FsConfig(context, "workdir", work);
        if (isVolatile)
        {
            program.FsConfigFlag(context, "volatile");
        }

        program.FsConfigFlag(context, "userxattr");
        program.MoveMount(program.FsMount(context, MountAttributes.MOUNT_ATTR_NODEV), merged);
    }

    /// <summary>A comma would end the option; a directory of the user's may have one in its name.</summary>
    private static string Escape(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    private static Slot MountEmpty(ProgramBuilder program, Scaffold scaffold)
    {
        const MountFlags closed = MountFlags.MS_RDONLY | MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;
        program.For("prepare an empty directory");
        string place = scaffold.Make(program, "empty", 0x16D);
        int use = program.Use(Prepared.Empty, place);
        program.Mount("tmpfs", place, "tmpfs", closed, "size=4k,nr_inodes=2,mode=555");
        program.EndUse(use);
        return program.Open(place, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
    }

    private static string? DirectoryHint(Errno errno) => errno switch
    {
        Errno.ENOTDIR or Errno.EXDEV => "name a directory of the image with --workdir",
        Errno.ENAMETOOLONG => Hints.LongName,
        _ => null,
    };

    private static string? OverlayHint(Errno errno, LaunchSettings settings) => errno switch
    {
        Errno.EINVAL or Errno.EOPNOTSUPP when settings.ScratchDirectory is not null =>
            "the store's file system cannot hold an overlay's upper directory (an overlay itself, as inside Docker, or NFS): " +
            "use --scratch tmpfs, or --root with a directory on a local disk or a Docker volume",
        Errno.EINVAL or Errno.EOPNOTSUPP =>
            "the store lies on a file system that overlay refuses (two overlays deep already, as inside nested containers): " +
            "use --root with a directory on a local disk, a tmpfs or a Docker volume; " +
            "or IMAGE is a directory with mounts of others in it, such as /: tar it up, or take an empty directory and -v /usr:/usr:ro and the like",
        Errno.ELOOP when settings.KeepsChanges => "somebody has put a symbolic link in the place of a directory in which changes are kept; name another",
        Errno.ENODEV => "the kernel has no overlay: modprobe overlay (as root)",
        Errno.EPERM => "overlay mounts in user namespaces need Linux 5.11 or later, and no security module that forbids them",
        _ => null,
    };
}
