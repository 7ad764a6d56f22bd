using System.Collections.Immutable;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// The cgroups of containers. The rule for what this machine or this caller cannot have: a limit that was asked for and
/// cannot be held is an error; without limits, a caller who is not the machine's root and may make no cgroup gets a
/// container without one, as engines expect it; and rules on devices are not applied for him, because in a user namespace no
/// device can be opened but those that are put there.
/// </summary>
internal static class ContainerCgroups
{
    /// <summary>Makes the cgroup of a container, with its limits in force; null where it has none of its own.</summary>
    public static SandboxCgroup? Make(string id, RuntimeSpec spec, OciContext context)
    {
        ImmutableArray<CgroupSetting> settings = CgroupSettings.Of(spec.Linux.Resources);
        bool limited = CgroupSettings.HoldLimits(settings);
        if (context.Keeper == CgroupKeeper.Disabled)
        {
            return !limited ? null : throw new SandboxException(
                $"cannot limit container {id}", "--cgroup-manager disabled leaves it without a cgroup", "take linux.resources out of its config.json");
        }

        // A user's own cgroup holds others beside the container, and beside cgroup v1 there is nothing to be limited.
        CgroupMount? mount = CgroupMount.Find();
        if (!limited && (mount is null || (context.IsRootless && (spec.Linux.CgroupsPath is null || !mount.IsWhole))))
        {
            return null;
        }

        ContainerPlace place = ContainerPlace.Of(spec.Linux.CgroupsPath, id, context);
        CgroupRequest request = new()
        {
            Name = place.Name,
            Parent = place.Parent,
            Settings = settings,
            Devices = context.IsRootless ? [] : DeviceDefaults.AddTo(spec.Linux.Resources.Devices),
            Wanted = Controllers.pids | Controllers.memory | Controllers.cpu | Controllers.io,
            Owner = ContainerCgroupOwner.Of(spec),
            DividesItself = true,
            Otherwise = "process.rlimits of config.json (podman's and docker's --ulimit) need no cgroup",
        };
        try
        {
            return place.Slice is { } slice ? SystemdPlace.Make(request, slice, ofMachine: !context.IsRootless) : MakeDirectory(request);
        }
        catch (SandboxException failure) when (!limited && request.Devices.IsEmpty && failure.Errno != Errno.EEXIST)
        {
            // A place that others are in is no such case: one that was named is the container's, or there is none.
            return null;
        }
    }

    /// <summary>A directory that an earlier container of this place left empty is no obstacle.</summary>
    private static SandboxCgroup MakeDirectory(CgroupRequest request)
    {
        if (CgroupMount.Find() is { } mount)
        {
            using Cgroup? parent = Cgroup.TryOpen(mount.Directory(request.Parent!));
            parent?.TryRemove(request.Name);
        }

        return CgroupSearch.Make(request);
    }

    /// <summary>The cgroup of a container that is there; null where it has none of its own.</summary>
    public static Cgroup? Open(string? path) => path is null ? null : Cgroup.TryOpen(path);

    /// <summary>Where a further process of a container goes: a cgroup that the container has divided holds none, then it is with the first one.</summary>
    public static Cgroup? OpenToJoin(Container container)
    {
        if (Open(container.State.Cgroup) is not { } own)
        {
            return null;
        }

        bool divided = own.TryRead("cgroup.subtree_control") is { Length: > 0 };
        if (!divided || CgroupMount.Find()?.Of(container.State.Process.Pid) is not { } path || !path.StartsWith(own.Path + "/", StringComparison.Ordinal)
            || Cgroup.TryOpen(path) is not { } below)
        {
            return own;
        }

        own.Dispose();
        return below;
    }

    /// <summary>The cgroup of a container, for an operation that cannot do without.</summary>
    public static Cgroup Need(string? path, string what) => Open(path)
        ?? throw new SandboxException(what, "the container has no cgroup of its own", "--cgroup-manager, linux.cgroupsPath and the machine decide whether create makes one");
}
