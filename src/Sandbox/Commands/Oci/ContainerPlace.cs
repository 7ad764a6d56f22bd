using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Where a container's cgroup is to be: a directory and a name in it, or a slice of systemd's and the name of a scope.</summary>
internal sealed record ContainerPlace(string? Parent, string Name, string? Slice)
{
    private const string OwnParent = "/sandbox-oci", OwnPrefix = "sandbox-oci";

    /// <param name="path">"linux.cgroupsPath": a path, or "slice:prefix:name" for systemd; null for ours to choose.</param>
    public static ContainerPlace Of(string? path, string id, OciContext context)
    {
        if (context.Keeper == CgroupKeeper.Systemd)
        {
            return OfSystemd(path ?? $":{OwnPrefix}:{id}", context);
        }

        // One that does not begin at the root is the runtime's to place (config-linux.md, Cgroups Path).
        // An id is known once in one state directory; there may be others on the machine.
        string full = path is null ? $"{OwnParent}/{id}-{Libc.GetRandom():x}" : path.StartsWith('/') ? path : $"{OwnParent}/{path}";
        string[] parts = full.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || Array.Exists(parts, static part => part is "." or ".."))
        {
            throw new SandboxException($"cannot use the cgroup {full}", "it is no path of a cgroup below the root");
        }

        return new ContainerPlace("/" + string.Join('/', parts[..^1]), parts[^1], null);
    }

    private static ContainerPlace OfSystemd(string path, OciContext context)
    {
        string[] parts = path.Split(':');
        if (parts.Length != 3 || parts[2].Length == 0)
        {
            throw new SandboxException($"cannot use the cgroup {path}", "with --systemd-cgroup it is written slice:prefix:name");
        }

        string slice = parts[0].Length > 0 ? parts[0] : context.IsRootless ? "user.slice" : "system.slice";
        return new ContainerPlace(null, parts[1].Length > 0 ? $"{parts[1]}-{parts[2]}" : parts[2], slice);
    }
}
