using System.Collections.Immutable;
using System.Globalization;
using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>A sandbox that a whole system runs in, as systemd's container interface has it (systemd.io/CONTAINER_INTERFACE).</summary>
internal static class SystemSpec
{
    /// <summary>What its init goes by, and is found by on PATH.</summary>
    public const string Init = "init";

    /// <summary>Distributions number users up to here, and nobody is one of them.</summary>
    private const uint LeastIds = 65536;

    private const string Host = "/run/host", Credentials = Host + "/credentials";

    private const uint OwnersOnly = 0x100;

    private const string RunOfImages = "/run/.containerenv";

    /// <summary>Why these ids are too few, or null.</summary>
    public static Refusal? Check(RunOptions options, IdMaps ids) => Count(ids.Uids) >= LeastIds && Count(ids.Gids) >= LeastIds
        ? null
        : new Refusal(
            $"cannot boot {options.Image}",
            string.Create(CultureInfo.InvariantCulture, $"a system needs {LeastIds} ids, and there are no such ranges for this user in /etc/subuid and /etc/subgid, or no newuidmap, or no_new_privs keeps it from them"),
            "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 YOU, and install the package uidmap");

    /// <summary>The variables that tell an init where it is.</summary>
    public static ImmutableArray<(string Name, string Value)> Variables(SystemFacts system)
    {
        ImmutableArray<(string, string)> variables = [("container_uuid", system.Uuid), ("USER", "root"), ("LOGNAME", "root")];
        return system.Credentials.IsEmpty ? variables : variables.Add(("CREDENTIALS_DIRECTORY", Credentials));
    }

    /// <summary>
    /// Its mounts; the user's come after them, and may take their places. A second /proc and /sys have nothing mounted over
    /// them: the kernel lets new ones be mounted only where one is seen whole (mount_too_revealing in fs/namespace.c).
    /// </summary>
    public static ImmutableArray<MountSpec> Mounts(SystemFacts system, VolatileMode? mode, bool hostNetwork)
    {
        ImmutableArray<MountSpec> mounts =
        [
            new("/run", "tmpfs", "tmpfs", ["nosuid", "nodev", "strictatime", "mode=755", "size=20%", "nr_inodes=800k"]),
            new("/tmp", "tmpfs", "tmpfs", ["nosuid", "nodev", "strictatime", "mode=1777", "size=10%", "nr_inodes=400k"]),
            new(Host + "/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
        ];
        mounts = hostNetwork ? mounts : mounts.Add(new(Host + "/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]));
        mounts = system.Credentials.IsEmpty ? mounts : mounts.Add(new(Credentials, "tmpfs", "tmpfs", ["nosuid", "nodev", "noexec", "mode=700", "size=8m", "nr_inodes=1k"]));
        return mode == VolatileMode.State ? mounts.Add(new("/var", "tmpfs", "tmpfs", ["nosuid", "nodev", "strictatime", "mode=755", "size=25%", "nr_inodes=1m"])) : mounts;
    }

    /// <summary>What the host tells of itself, and what the caller hands over, beside those files that every sandbox has.</summary>
    public static ImmutableArray<GeneratedFile> Files(SystemFacts system, ImmutableArray<GeneratedFile> files)
    {
        files = files.RemoveAll(static file => file.Destination == RunOfImages).AddRange(
            new GeneratedFile(Host + "/container-manager", "sandbox\n"), new GeneratedFile(Host + "/container-uuid", system.Uuid + "\n"));
        files = system.OsRelease.Length == 0 ? files : files.Add(new(Host + "/os-release", system.OsRelease));
        foreach (NamedText credential in system.Credentials)
        {
            files = files.Add(new(Credentials + "/" + credential.Name, credential.Value) { Mode = OwnersOnly });
        }

        return files;
    }

    private static ulong Count(ImmutableArray<IdMapping> map)
    {
        ulong count = 0;
        foreach (IdMapping line in map)
        {
            count += line.Size;
        }

        return count;
    }
}
