using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The mounts of the specification. Each place is found by the kernel beneath the root and mounted onto by descriptor:
/// no symbolic link of the image leads a mount elsewhere (runc CVE-2019-19921, CVE-2023-27561, CVE-2025-52565).
/// </summary>
internal static class MountPlan
{
    public static void Mount(ProgramBuilder program, RootPlan root, ImmutableArray<MountSpec> mounts, Sources sources, DevicePlan devices, PidEntryPlan? lastEntry)
    {
        for (int i = 0; i < mounts.Length; i++)
        {
            MountSpec mount = mounts[i];
            MountOptions options = MountOptions.Parse(mount);
            if (mount.IsRemount)
            {
                Remount(program, root, mount, options);
            }
            else if (mount.IsBind)
            {
                Bind(program, root, mount, options, sources.Tree(i));
            }
            else if (mount.Type == "proc" && lastEntry is not null)
            {
                MountForeign(program, root, mount, options, lastEntry);
            }
            else
            {
                MountNew(program, root, mount, options, devices);
            }
        }
    }

    /// <summary>
    /// Gives the mount that is there already the options of this entry and no others. Only where some are the file system's
    /// own is that changed as well: it may be the host's (sysfs), and another may show it.
    /// </summary>
    private static void Remount(ProgramBuilder program, RootPlan root, MountSpec mount, MountOptions options)
    {
        program.For($"remount {mount.Destination}", RemountHint);
        string path = mount.Destination.Trim('/');
        Slot place = IsOfKernel(mount.Destination) ? program.OpenIn(root.Root, path, OpenFlags.O_PATH) : program.OpenInFollowing(root.Root, path, OpenFlags.O_PATH);
        if (options.Data is { } data && !options.Flags.HasFlag(MountFlags.MS_BIND))
        {
            program.ChangeDirectory(place);
            program.Mount(null, ".", null, options.Flags & ~MountFlags.MS_RDONLY, data);
        }

        const MountAttributes all = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV
            | MountAttributes.MOUNT_ATTR_NOEXEC | MountAttributes.MOUNT_ATTR_NOSYMFOLLOW;
        (MountAttributes set, MountAttributes clear) = options.Own;
        SetAttributes(program, place, (set, clear | (all & ~set)), options);
    }

    private static void MountNew(ProgramBuilder program, RootPlan root, MountSpec mount, MountOptions options, DevicePlan devices)
    {
        program.For($"mount {mount.Destination} ({mount.Type})", errno => Hint(errno, mount));
        Slot place = program.FindTarget(root.Root, mount.Destination, ProgramBuilder.TargetKind.Directory, links: !IsOfKernel(mount.Destination));
        RefuseProc(program, mount, place);
        int use = program.Use(PreparedChoice.Of(mount, options), place);
        program.ChangeDirectory(place);

        // What is new has to be written to before it may be closed.
        MountFlags first = WritesTo(mount, options) || IsDevices(mount) ? options.Flags & ~MountFlags.MS_RDONLY : options.Flags;
        program.Mount(mount.Source ?? mount.Type, ".", mount.Type, first, options.Data);
        program.EndUse(use);
        Finish(program, root, mount, options, place);
        if (IsDevices(mount))
        {
            devices.Fill(program, root, options.Flags.HasFlag(MountFlags.MS_RDONLY));
        }
    }

    private static bool IsDevices(MountSpec mount) => mount is { Destination: "/dev", Type: "tmpfs" };

    /// <summary>The procfs of a namespace that this process is not in yet, as somebody there has it, but for what he asked of his mount.</summary>
    private static void MountForeign(ProgramBuilder program, RootPlan root, MountSpec mount, MountOptions options, PidEntryPlan entry)
    {
        const MountAttributes all = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC;
        program.For($"mount {mount.Destination} (proc)", errno => ForeignHint(errno) ?? Hint(errno, mount));
        Slot tree = entry.Processes(program, mount, options);
        (MountAttributes set, MountAttributes clear) = options.Own;
        program.MountSetAttributes(tree, set, recursive: false, clear | (all & ~set), MountFlags.MS_PRIVATE);
        SetAttributes(program, tree, (MountAttributes.None, MountAttributes.None), options);
        program.MoveMount(tree, program.FindTarget(root.Root, mount.Destination, ProgramBuilder.TargetKind.Directory, links: false));
    }

    /// <summary>What cannot be said to mount(2) in one call. The place is what was found before the mount, which lies over it.</summary>
    private static void Finish(ProgramBuilder program, RootPlan root, MountSpec mount, MountOptions options, Slot place)
    {
        bool keepsMode = KeepsMode(mount, options);
        if (!WritesTo(mount, options) && Spreading(options) == MountFlags.None && !SaysAnything(options.Recursive))
        {
            return;
        }

        Slot mounted = program.FindTarget(root.Root, mount.Destination, ProgramBuilder.TargetKind.Directory, links: !IsOfKernel(mount.Destination));
        if (options.CopiesUp)
        {
            program.CopyTree(place, mounted);
        }

        if (keepsMode)
        {
            program.CopyMode(place, mounted);
        }

        bool closes = WritesTo(mount, options) && !IsDevices(mount) && options.Flags.HasFlag(MountFlags.MS_RDONLY);
        SetAttributes(program, mounted, (closes ? MountAttributes.MOUNT_ATTR_RDONLY : MountAttributes.None, MountAttributes.None), options);
    }

    private static bool WritesTo(MountSpec mount, MountOptions options) => options.CopiesUp || KeepsMode(mount, options);

    /// <summary>Whether a new tmpfs takes over the mode of the directory that it hides; else it would be 1777, whatever that is.</summary>
    private static bool KeepsMode(MountSpec mount, MountOptions options) =>
        mount.Type == "tmpfs" && options.Data?.Contains("mode=", StringComparison.Ordinal) is not true;

    private static void Bind(ProgramBuilder program, RootPlan root, MountSpec mount, MountOptions options, Slot tree)
    {
        program.For($"bind {mount.Source} to {mount.Destination}", errno => BindHint(errno, mount));
        SetAttributes(program, tree, options.Own, options);
        Slot place = program.FindTarget(root.Root, mount.Destination, ProgramBuilder.TargetKind.LikeSource, tree, links: !IsOfKernel(mount.Destination));
        RefuseProc(program, mount, place);
        program.MoveMount(tree, place);
    }

    /// <summary>
    /// What nobody may name as a destination a link of the image must not lead to either: what lies there decides what is read and written when
    /// privileges are set up (CVE-2019-16884).
    /// </summary>
    private static void RefuseProc(ProgramBuilder program, MountSpec mount, Slot place)
    {
        if (!IsOfKernel(mount.Destination))
        {
            program.RefuseFileSystem(place, FileSystemMagic.PROC_SUPER_MAGIC, "a symbolic link of the image leads into /proc there");
        }
    }

    /// <summary>Without a word, and with "private", a mount is private already: it is new, or a copy of what is.</summary>
    private static MountFlags Spreading(MountOptions options) => options.Propagation.HasFlag(MountFlags.MS_PRIVATE) ? MountFlags.None : options.Propagation;

    private static void SetAttributes(ProgramBuilder program, Slot tree, (MountAttributes Set, MountAttributes Clear) own, MountOptions options)
    {
        bool all = options.Propagation.HasFlag(MountFlags.MS_REC);
        MountFlags kind = Spreading(options) & ~MountFlags.MS_REC;
        if (SaysAnything(own) || (kind != MountFlags.None && !all))
        {
            program.MountSetAttributes(tree, own.Set, recursive: false, own.Clear, all ? MountFlags.None : kind);
        }

        if (SaysAnything(options.Recursive) || (kind != MountFlags.None && all))
        {
            program.MountSetAttributes(tree, options.Recursive.Set, recursive: true, options.Recursive.Clear, all ? kind : MountFlags.None);
        }
    }

    private static bool SaysAnything((MountAttributes Set, MountAttributes Clear) attributes) => (attributes.Set | attributes.Clear) != MountAttributes.None;

    /// <summary>
    /// Whether a path is one of those that masks and read-only paths are about. Through a link of the image it would be
    /// seen where they are not looked for: with <c>/proc -> /</c> the whole of it lies unmasked at /.. (runc CVE-2019-19921's kind).
    /// </summary>
    public static bool IsOfKernel(string path)
    {
        foreach (string place in (ReadOnlySpan<string>)["/proc", "/sys", "/dev"])
        {
            if (path == place || path.StartsWith(place + "/", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private const string ElsewhereHint = "choose another destination";

    private static string LinkHint(MountSpec mount) => IsOfKernel(mount.Destination)
        ? "the image has a symbolic link there, where a directory must be"
        : "the image has a symbolic link there that leads to itself";

    private static string MissingHint(MountSpec mount) =>
        $"{mount.Destination} must be there already, in the image or in the volume around it: nothing can be made there";

    private static string? ForeignHint(Errno errno) => errno is Errno.EXDEV or Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES
        ? "it is that of the PID namespace which is joined: a process must be in there, with that procfs at /proc"
        : null;

    private static string? Hint(Errno errno, MountSpec mount) => (errno, mount.Type) switch
    {
        (Errno.EPERM, "proc") => "the machine's own /proc is partly hidden, as inside another container, and the kernel then gives no new one: " +
            "start the outer container with --security-opt unmask=/proc/* (podman), --security-opt systempaths=unconfined (docker)",
        (Errno.EPERM, "sysfs") => "the machine's own /sys is not mounted, or partly hidden, as inside another container, and the kernel then gives no new one",
        (Errno.ENODEV, _) => $"the kernel has no {mount.Type}",
        (Errno.ENOTDIR, _) => "the image has a file there",
        (Errno.ELOOP, _) => LinkHint(mount),
        (Errno.EACCES or Errno.EROFS, "tmpfs") => MissingHint(mount),
        (Errno.EXDEV, _) => ElsewhereHint,
        (Errno.ENAMETOOLONG, _) => Hints.LongName,
        (Errno.EINVAL, _) => $"{mount.Type} does not take these options",
        _ => null,
    };

    private static string? RemountHint(Errno errno) => errno switch
    {
        Errno.EINVAL => "no mount begins there, or its file system does not take these options",
        Errno.ENOENT => "no mount begins there",
        Errno.EPERM => "an attribute that the host has given the mount cannot be taken away here",
        _ => null,
    };

    private static string? BindHint(Errno errno, MountSpec mount) => errno switch
    {
        Errno.ENOTDIR => $"the image has a file on the way to {mount.Destination}, where a directory must be",
        Errno.EINVAL => $"{mount.Source} and {mount.Destination} must both be directories or both be files",
        Errno.ELOOP => LinkHint(mount),
        Errno.ENAMETOOLONG => Hints.LongName,
        Errno.EACCES or Errno.EROFS => MissingHint(mount),
        Errno.EPERM => "an attribute that the host has given the mount cannot be taken away here",
        Errno.EXDEV => ElsewhereHint,
        _ => null,
    };
}
