using System.Collections.Immutable;
using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Spec;

/// <summary>The mounts that the user asked for, after those that every sandbox has.</summary>
internal static class RunMounts
{
    private const ulong DefaultTmpfsSize = 512UL << 20;

    private const string DefaultTmpfsMode = "1777";

    /// <summary>Where the command finds the service manager's socket.</summary>
    public const string NotifySocket = "/run/notify";

    /// <summary>
    /// All mounts in their order. One nearer to the root comes first, whatever order the user wrote: it would hide
    /// the other one. A destination of the user's replaces the default mount there.
    /// </summary>
    public static ImmutableArray<MountSpec> Of(RunOptions options, IdMaps ids, HostFacts host)
    {
        bool hostNetwork = options.Network == NetworkMode.Host;
        List<MountSpec> mounts = [.. DefaultMounts.Of(ids, hostNetwork)];
        if (host.System is { } system)
        {
            mounts.AddRange(SystemSpec.Mounts(system, options.Volatile, hostNetwork));
        }

        List<MountSpec> own = [];
        foreach (MountOption option in options.Mounts)
        {
            own.Add(option switch
            {
                BindOption bind => Bind(bind, ids, host),
                TmpfsOption tmpfs => Tmpfs(tmpfs),
                _ => throw new NotSupportedException(option.ToString()),
            });
            mounts.RemoveAll(mount => mount.Destination == option.Destination);
        }

        foreach (DeviceOption device in options.Devices)
        {
            own.Add(RunDevices.Mount(device));
        }

        if (host.NotifySocket is { } socket)
        {
            own.Add(new(NotifySocket, "bind", socket, ["rbind", "rprivate", "nosuid", "nodev", "noexec"]));
        }

        if (own.Count > 0)
        {
            mounts.AddRange(own.OrderBy(mount => mount.Destination.AsSpan().Count('/')));
        }

        return [.. mounts];
    }

    /// <summary>Behind the mount of /sys, and before those that somebody wants to have on top.</summary>
    public static int PlaceOfCgroup(ImmutableArray<MountSpec> mounts)
    {
        int place = 0;
        while (place < mounts.Length && mounts[place].Destination != "/sys")
        {
            place++;
        }

        return Math.Min(place + 1, mounts.Length);
    }

    private static MountSpec Bind(BindOption bind, IdMaps ids, HostFacts host)
    {
        string source = Path.Combine(host.CurrentDirectory, bind.Source);
        DeviceFacts? device = host.DeviceAt(source);
        if (device is { } found && !RunDevices.IsForAll(found))
        {
            throw new SandboxException(
                $"cannot bind {source} to {bind.Destination}", "a volume gives no devices", $"--device {bind.Source}:{bind.Destination} gives this one");
        }

        // Without a user namespace the ids are the same anyway.
        bool isMapped = bind.SameIds && ids.HasUserNamespace;
        if (isMapped && !host.IsRoot)
        {
            throw new SandboxException(
                $"cannot bind {source} to {bind.Destination} with idmap", "the kernel lets only root map the ids of files", "leave idmap out: inside, your own files are root's");
        }

        // A device node with nodev could not be opened; in a directory there must be none.
        string kind = device is null ? "rnodev" : "rnoexec";
        return new(bind.Destination, "bind", source, ["rbind", "rprivate", "rnosuid", kind, bind.ReadOnly ? "rro" : "rw", .. isMapped ? (string[])["ridmap"] : []]);
    }

    private static MountSpec Tmpfs(TmpfsOption tmpfs)
    {
        string mode = "mode=" + (tmpfs.Mode is { } octal ? Convert.ToString(octal, 8) : DefaultTmpfsMode);
        string run = tmpfs.Executable ? "exec" : "noexec";
        return new(tmpfs.Destination, "tmpfs", "tmpfs", ["nosuid", "nodev", run, Access(tmpfs), mode, .. TmpfsLimits.Of(tmpfs.Size ?? DefaultTmpfsSize)]);
    }

    private static string Access(MountOption option) => option.ReadOnly ? "ro" : "rw";
}
