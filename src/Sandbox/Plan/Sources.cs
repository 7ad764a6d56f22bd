using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// What is bound from the host, as descriptors of detached copies. They are opened in the new mount namespace (the
/// kernel refuses those of another: EINVAL) and before the image's tree is there to mislead a path.
/// </summary>
internal sealed class Sources
{
    // By the mount's place in the specification: hashing mounts would cost more than looking at all of them.
    private readonly Slot?[] _trees;
    private readonly ImmutableArray<MountSpec> _mounts;
    private readonly LaunchSlots _slots;
    private readonly ImmutableArray<MappedSource>.Builder _mapped = ImmutableArray.CreateBuilder<MappedSource>();
    private Slot? _null;

    private Sources(ImmutableArray<MountSpec> mounts, LaunchSlots slots)
    {
        _mounts = mounts;
        _slots = slots;
        _trees = new Slot?[mounts.Length];
    }

    /// <summary>/dev/null of the host: what hides files, and what PID 1 has as its 0-2.</summary>
    public Slot Null => _null ?? throw new InvalidOperationException("the sources are not opened yet");

    /// <summary>Those that the launcher sends, in the order in which they are taken.</summary>
    public ImmutableArray<MappedSource> Mapped => _mapped.ToImmutable();

    /// <summary>Opens those that are to stay in the host's groups of mounts: once a mount is private, a copy of it is too.</summary>
    public static Sources OpenShared(ProgramBuilder program, LaunchSlots slots, ImmutableArray<MountSpec> mounts)
    {
        Sources sources = new(mounts, slots);
        for (int i = 0; i < mounts.Length; i++)
        {
            if (mounts[i].IsBind && MountOptions.Parse(mounts[i]).SharesMounts)
            {
                sources.Open(program, i);
            }
        }

        return sources;
    }

    /// <summary>Opens all others.</summary>
    public void Open(ProgramBuilder program)
    {
        _null = OpenNull(program);
        for (int i = 0; i < _mounts.Length; i++)
        {
            if (_mounts[i].IsBind && _trees[i] is null)
            {
                Open(program, i);
            }
        }
    }

    /// <summary>The host's /dev/null. A file in its place would be written to by everything that throws output away (runc CVE-2025-31133).</summary>
    public static Slot OpenNull(ProgramBuilder program)
    {
        program.For("use the host's /dev/null", static errno => errno switch
        {
            Errno.ENOENT => "the host's own /dev must have null, zero, full, random, urandom and tty",
            Errno.EACCES => "/dev must let its devices be opened, by a mount without nodev",
            _ => null,
        });
        program.ExpectDevice("/dev/null", 1, 3);
        return program.Open("/dev/null", OpenFlags.O_RDWR);
    }

    /// <summary>The tree of the bind mount that is <paramref name="mount"/>-th in the specification.</summary>
    public Slot Tree(int mount) => _trees[mount] ?? throw new ArgumentOutOfRangeException(nameof(mount));

    /// <summary>What helps where a source cannot be bound.</summary>
    public static string? Hint(Errno errno, string source) => errno switch
    {
        Errno.ENOENT => $"make it first: mkdir -p {source}",
        Errno.ENOTDIR => "there is a file on the way to it, where a directory must be",
        Errno.ENAMETOOLONG => Hints.LongName,
        Errno.ELOOP => "there is a symbolic link on the way to it that leads to itself",
        Errno.EACCES => "the caller must be able to reach it: every directory on the way needs x for the user who runs sandbox",
        Errno.EINVAL when IsDescriptor(source) => "a pipe has no place among files: write into a file, or hand it on with --preserve-fd",
        Errno.EINVAL => "a part of it is a mount that the host does not let go; bind a directory above or below it",
        _ => null,
    };

    /// <summary>What a shell makes of <c>&lt;(...)</c>, for one.</summary>
    private static bool IsDescriptor(string source) =>
        source.StartsWith("/dev/fd/", StringComparison.Ordinal) || source.StartsWith("/proc/self/fd/", StringComparison.Ordinal);

    private void Open(ProgramBuilder program, int place)
    {
        MountSpec mount = _mounts[place];
        string source = mount.Source ?? throw new ArgumentException("a bind mount without a source", nameof(place));
        program.For($"bind {source} to {mount.Destination}", errno => Hint(errno, source));
        MountOptions options = MountOptions.Parse(mount);
        bool withMounts = options.Flags.HasFlag(MountFlags.MS_REC);
        if (options.Ids.Maps)
        {
            IdMapText? map = mount.UidMappings.IsEmpty ? null : new IdMapText(MapWriter.Launcher, IdMapPlan.Text(mount.UidMappings), IdMapPlan.Text(mount.GidMappings));
            _mapped.Add(new MappedSource(source, withMounts, options.Ids.Recursively, map));
            _trees[place] = program.ReceiveDescriptor(_slots.Mounts, source);
            return;
        }

        _trees[place] = program.OpenTree(source, OpenTreeFlags.OPEN_TREE_CLONE | (withMounts ? OpenTreeFlags.AT_RECURSIVE : OpenTreeFlags.None));
    }
}
