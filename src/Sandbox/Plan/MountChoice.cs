using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>What the mounts of a specification are to the kernel, where that depends on the rest of it.</summary>
internal static class MountChoice
{
    private const string CgroupRoot = "/sys/fs/cgroup";

    /// <param name="isApart">Whether the launcher is in a user namespace that somebody else made, as under a rootless engine.</param>
    public static ImmutableArray<MountSpec> Of(RuntimeSpec spec, bool isApart)
    {
        ImmutableArray<MountSpec> mounts = spec.Mounts;
        for (int i = 0; i < mounts.Length; i++)
        {
            MountSpec mount = mounts[i];
            bool isCgroup = mount.Type is "cgroup" or "cgroup2" && !mount.IsBind && !mount.IsRemount;
            MountSpec chosen = isCgroup ? Cgroup(mount, spec.Linux, isApart) : Labelled(mount, spec.Linux.MountLabel);
            Check(chosen, spec.Linux);
            mounts = chosen == mount ? mounts : mounts.SetItem(i, chosen);
            if (isCgroup && !chosen.IsBind && IsInBound(mounts, i))
            {
                mounts = mounts.Insert(i++, Cover(mount.Destination));
            }
        }

        return mounts;
    }

    /// <summary>The options that are for a file system, on bind mounts, which have none to make: mount(2) passes them over, and so are they here.</summary>
    public static IEnumerable<string> PassedOver(ImmutableArray<MountSpec> mounts)
    {
        foreach (MountSpec mount in mounts)
        {
            if (mount.IsBind && MountOptions.Parse(mount).Data is { } data)
            {
                yield return $"mount {mount.Destination}: a bind mount does not take {data}, which is passed over";
            }
        }
    }

    /// <summary>Whether an earlier mount shows a directory of the host's where this one's place is.</summary>
    private static bool IsInBound(ImmutableArray<MountSpec> mounts, int index)
    {
        string place = mounts[index].Destination;
        for (int i = 0; i < index; i++)
        {
            if (mounts[i].IsBind && (place == mounts[i].Destination || place.StartsWith(mounts[i].Destination.TrimEnd('/') + "/", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An empty file system between the two: the kernel mounts none on top of itself (EBUSY), and the host's cgroups may be there.</summary>
    private static MountSpec Cover(string place) => new(place, "tmpfs", "tmpfs", ["ro", "nosuid", "nodev", "noexec", "mode=755", "size=4k", "nr_inodes=1"]);

    /// <summary>
    /// The hierarchy of cgroup v2, whichever version the type names. The root of a user namespace may mount it only
    /// together with a cgroup namespace; without one it is the host's that is shown.
    /// </summary>
    private static MountSpec Cgroup(MountSpec mount, LinuxSpec linux, bool isApart) =>
        (isApart || linux.Has(NamespaceFlags.CLONE_NEWUSER)) && !linux.Has(NamespaceFlags.CLONE_NEWCGROUP)
            ? mount with { Type = "bind", Source = CgroupRoot, Options = mount.Options.Add("rbind") }
            : mount with { Type = "cgroup2", Source = "cgroup" };

    /// <summary>The SELinux context of what a new file system holds; those of the kernel have their own.</summary>
    private static MountSpec Labelled(MountSpec mount, string? label) => label is null || mount.IsBind || mount.IsRemount || mount.Type is "proc" or "sysfs" or "cgroup2"
        ? mount
        : mount with { Options = mount.Options.Add($"context=\"{label}\"") };

    /// <summary>Of the options that mount(2) passes over in a bind mount, crun's that map ids: without them files have other owners than was asked for.</summary>
    private static bool MapsIds(string data) => data.Contains("idmap=", StringComparison.Ordinal);

    /// <summary>Refuses what would be passed over without a word.</summary>
    private static void Check(MountSpec mount, LinuxSpec linux)
    {
        MountOptions options = MountOptions.Parse(mount);
        string? why = (mount.IsBind, options) switch
        {
            (true, { Data: { } data }) when MapsIds(data) => $"a bind mount does not take {data}",
            (true, { Ids.Maps: true }) when mount.UidMappings.IsEmpty && !linux.Has(NamespaceFlags.CLONE_NEWUSER) => "neither the mount nor a user namespace says how ids are mapped",
            (true, { CopiesUp: true }) => "tmpcopyup is for a tmpfs, not for a bind mount",
            (false, { CopiesUp: true }) when mount.IsRemount => "tmpcopyup is for a new tmpfs",
            (false, { CopiesUp: true }) when mount.Type != "tmpfs" => $"tmpcopyup is for a tmpfs, not for {mount.Type}",
            (false, { Ids.Maps: true }) => $"ids are mapped for bind mounts, not for {mount.Type}",
            _ => null,
        };
        if (why is not null)
        {
            throw new SandboxException($"cannot mount {mount.Destination}", why);
        }
    }
}
