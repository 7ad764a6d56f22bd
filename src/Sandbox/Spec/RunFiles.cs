using System.Collections.Immutable;
using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>The small files of a sandbox's own making that are seen over the image's.</summary>
internal static class RunFiles
{
    public static ImmutableArray<GeneratedFile> Of(RunOptions options, string hostname, HostFacts host)
    {
        bool hostNetwork = options.Network == NetworkMode.Host;
        string hosts = hostNetwork && host.Hosts.Length > 0 ? EndLine(host.Hosts) : "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n";
        ImmutableArray<GeneratedFile> files =
        [
            new("/etc/hosts", $"{hosts}127.0.0.1\t{hostname}\n"),
            new("/etc/hostname", hostname + "\n"),
            new("/etc/resolv.conf", hostNetwork ? EndLine(host.ResolvConf) : "# no network, no name server\n"),
            new("/run/.containerenv", "engine=\"sandbox\"\n"),
        ];
        return files.RemoveAll(file => IsUsers(file.Destination, options.Mounts));
    }

    /// <summary>
    /// A file that the user mounts there himself holds. Below a volume of his, making the place of ours would write into
    /// it, and below a read-only tmpfs none can be made.
    /// </summary>
    private static bool IsUsers(string path, ImmutableArray<MountOption> mounts)
    {
        foreach (MountOption mount in mounts)
        {
            if (path == mount.Destination || (mount is BindOption or { ReadOnly: true } && path.StartsWith(mount.Destination + "/", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static string EndLine(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";
}
