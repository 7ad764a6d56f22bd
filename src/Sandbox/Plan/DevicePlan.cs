using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The device nodes and links of /dev. Where a tmpfs is mounted there they are made the moment after, so that no name in
/// it is the image's. Within a user namespace mknod(2) makes no devices: there the nodes are the host's, bound.
/// </summary>
internal sealed class DevicePlan
{
    private const string Directory = "/dev", PseudoTerminals = "pts/ptmx";

    /// <summary>What every container has (config-linux.md, Default Devices).</summary>
    private static ReadOnlySpan<(string Name, uint Major, uint Minor)> Nodes => new[]
    {
        ("null", 1u, 3u),
        ("zero", 1u, 5u),
        ("full", 1u, 7u),
        ("random", 1u, 8u),
        ("urandom", 1u, 9u),
        ("tty", 5u, 0u),
    };

    /// <summary>Into /proc, where there is one (runtime-linux.md, Dev symbolic links).</summary>
    private static ReadOnlySpan<(string Name, string Target)> Links => new[]
    {
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
        ("core", "/proc/kcore"),
    };

    private readonly ImmutableArray<MountSpec> _mounts;
    private readonly ImmutableArray<DeviceSpec> _devices;
    private readonly bool _makes;
    private bool _isFilled, _isReadOnly;

    /// <param name="mounts">All mounts: those directly below /dev get their places here, where no name is foreign.</param>
    /// <param name="devices">The specification's own.</param>
    /// <param name="makes">Whether mknod(2) makes devices here.</param>
    public DevicePlan(ImmutableArray<MountSpec> mounts, ImmutableArray<DeviceSpec> devices, bool makes)
    {
        _mounts = mounts;
        _devices = devices;
        _makes = makes;
    }

    /// <summary>Fills the tmpfs that has just been mounted on /dev.</summary>
    /// <param name="readOnly">Whether it is to be read-only once all has its place in it.</param>
    public void Fill(ProgramBuilder program, RootPlan root, bool readOnly)
    {
        (_isFilled, _isReadOnly) = (true, readOnly);
        program.For("fill /dev", HintOf);

        // The working directory is what was found before the mount; the mount lies over it.
        program.ChangeDirectory(program.OpenIn(root.Root, "dev", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY));
        foreach ((string node, uint major, uint minor) in Nodes)
        {
            if (IsSpecified(node, major, minor))
            {
                continue;
            }

            if (_makes)
            {
                program.MakeDevice(node, major, minor);
                continue;
            }

            program.MakeFile(node);
            program.Mount("/dev/" + node, node, null, MountFlags.MS_BIND);
        }

        if (MountsProcesses())
        {
            foreach ((string name, string target) in Links)
            {
                program.MakeSymbolicLink(target, name);
            }
        }

        program.MakeSymbolicLink(PseudoTerminals, "ptmx");
        for (int i = 0; i < _mounts.Length; i++)
        {
            const string parent = Directory + "/";
            string place = _mounts[i].Destination;
            if (!_mounts[i].IsBind && !_mounts[i].IsRemount && place.StartsWith(parent, StringComparison.Ordinal) && place.IndexOf('/', parent.Length) < 0 && !IsMade(place, i))
            {
                program.MakeDirectory(place[parent.Length..], 0x1ED);
            }
        }
    }

    /// <summary>Whether an earlier mount has the same place.</summary>
    private bool IsMade(string place, int index)
    {
        bool made = false;
        for (int i = 0; i < index; i++)
        {
            made |= !_mounts[i].IsBind && _mounts[i].Destination == place;
        }

        return made;
    }

    /// <summary>Closes a /dev that is to be read-only, when nothing more is made in it.</summary>
    public void Close(ProgramBuilder program, RootPlan root)
    {
        if (_isReadOnly)
        {
            program.For("make /dev read-only");
            Slot place = program.OpenIn(root.Root, "dev", OpenFlags.O_PATH);
            program.MountSetAttributes(place, MountAttributes.MOUNT_ATTR_RDONLY, recursive: false);
        }
    }

    /// <summary>What the specification asks for beside them; and all of them in a /dev that the image brings itself.</summary>
    public void Supply(ProgramBuilder program, RootPlan root)
    {
        if (!_isFilled && !IsBound())
        {
            FillForeign(program, root);
        }
        else if (_isFilled && !MountsProcesses())
        {
            program.For("fill /dev", HintOf);
            LinkToProcesses(program, root);
        }

        foreach (DeviceSpec device in _devices)
        {
            if (!IsLinked(device))
            {
                Supply(program, root, device);
            }
        }
    }

    /// <summary>Whether it is there already, as a link to that of the container's own devpts: engines list all devices of the host.</summary>
    private bool IsLinked(DeviceSpec device) => device is { Path: Directory + "/ptmx", Type: 'c' or 'u', Major: 5, Minor: 2 } && (_isFilled || !IsBound());

    /// <summary>Whether the specification lists it itself, with a mode and an owner that may be others than the usual ones.</summary>
    private bool IsSpecified(string node, uint major, uint minor)
    {
        bool specified = false;
        foreach (DeviceSpec device in _devices)
        {
            specified |= device.Path == Directory + "/" + node && device.Type is ('c' or 'u') && (device.Major, device.Minor) == (major, minor);
        }

        return specified;
    }

    private bool IsBound()
    {
        bool bound = false;
        foreach (MountSpec mount in _mounts)
        {
            bound |= mount.Destination == Directory;
        }

        return bound;
    }

    /// <summary>Names in it may be anything: what is there already must be what it should be.</summary>
    private void FillForeign(ProgramBuilder program, RootPlan root)
    {
        foreach ((string node, uint major, uint minor) in Nodes)
        {
            if (!IsSpecified(node, major, minor))
            {
                Supply(program, root, new DeviceSpec(Directory + "/" + node, 'c', major, minor));
            }
        }

        program.For("fill /dev", HintOf);
        program.MakeSymbolicLink(PseudoTerminals, program.FindTarget(root.Root, Directory, ProgramBuilder.TargetKind.Directory, links: false), "ptmx", Errno.EEXIST);
        LinkToProcesses(program, root);
    }

    /// <summary>The links into /proc, if that is there now that all mounts are: what the specification does not list may be the root's own.</summary>
    private static void LinkToProcesses(ProgramBuilder program, RootPlan root)
    {
        Slot processes = program.OpenInFollowing(root.Root, "proc/self/fd", OpenFlags.O_PATH, Errno.ENOENT);
        Slot directory = program.FindTarget(root.Root, Directory, ProgramBuilder.TargetKind.Directory, processes, links: false);
        foreach ((string name, string target) in Links)
        {
            // Images bring them along.
            program.MakeSymbolicLink(target, directory, name, Errno.EEXIST);
        }
    }

    private bool MountsProcesses()
    {
        bool mounts = false;
        foreach (MountSpec mount in _mounts)
        {
            mounts |= mount is { Destination: "/proc", Type: "proc" };
        }

        return mounts;
    }

    private void Supply(ProgramBuilder program, RootPlan root, DeviceSpec device)
    {
        program.For($"supply the device {device.Path}", errno => Hint(errno, device));
        if (_makes || device.Type == 'p')
        {
            program.MakeNode(root.Root, device.Path, TypeOf(device) | device.Mode, device.Major, device.Minor, device.Uid, device.Gid);
            return;
        }

        // The host's, by the same name; another device in its place is not what was asked for.
        program.ExpectDevice(device.Path, device.Major, device.Minor);
        Slot tree = program.OpenTree(device.Path, OpenTreeFlags.OPEN_TREE_CLONE);
        program.MoveMount(tree, program.FindTarget(root.Root, device.Path, ProgramBuilder.TargetKind.Device, tree, links: false));
    }

    private static uint TypeOf(DeviceSpec device) => (uint)(device.Type switch
    {
        'b' => FileType.S_IFBLK,
        'p' => FileType.S_IFIFO,
        _ => FileType.S_IFCHR,
    });

    private static string? Hint(Errno errno, DeviceSpec device) => errno switch
    {
        Errno.EEXIST => $"something else is at {device.Path} already",
        Errno.ENODEV => $"the host's {device.Path} is not {device.Major}:{device.Minor}; in a user namespace only the host's own nodes can be had",
        Errno.ENOENT => $"the host has no {device.Path}; in a user namespace only the host's own nodes can be had",
        Errno.EPERM => "mknod(2) needs CAP_MKNOD outside of all user namespaces",
        Errno.ELOOP => "the image has a symbolic link there",
        _ => null,
    };

    /// <summary>What helps where a device of the host's cannot be bound.</summary>
    private static string? HintOf(Errno errno) =>
        errno == Errno.ENOENT ? "the host's own /dev must have null, zero, full, random, urandom and tty" : null;
}
