using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Removes what runs kept by name. Much of it may belong to ids that only a user namespace has, so that the caller's own rm
/// cannot. It goes to tmp/ first, where the next sweep finds it when this process is killed meanwhile.
/// </summary>
internal static class KeptRemoval
{
    public static void Remove(Store store, string name, MapKey map, TreeRemover remover)
    {
        string what = $"cannot remove what is kept as {name}";
        using HeldDirectory kept = HeldDirectory.TryHold(store, $"{KeptScratch.Parent}/{name}") ?? throw Refusal(store, name, what);

        // What has no base was made by a run that ended before it kept anything.
        MapKey owner = KeptScratch.BaseOf(kept.Handle) is { } under && MapKey.TryParse(under.AsSpan(0, Math.Max(under.IndexOf(' ', StringComparison.Ordinal), 0)), out MapKey read) ? read : map;
        if (owner != map)
        {
            throw new SandboxException(what, "it has files of other ids", "ask with the --userns of the runs that kept it");
        }

        if (!kept.TryRetire(map))
        {
            throw SandboxException.FromLastError(what);
        }

        if (!kept.Remove(remover))
        {
            throw new SandboxException(what, "something in it cannot be removed", $"look in {Path.Combine(store.Path, kept.Path)}");
        }
    }

    private static SandboxException Refusal(Store store, string name, string what)
    {
        if (store.TryOpen($"{KeptScratch.Parent}/{name}") is { } used)
        {
            used.Dispose();
            return new SandboxException(what, "a run is using it", "it can be removed when that has ended");
        }

        string parent = Path.Combine(store.Path, KeptScratch.Parent);
        string[] names = Directory.Exists(parent) ? [.. Directory.GetDirectories(parent).Select(Path.GetFileName).Order(StringComparer.Ordinal)!] : [];
        return new SandboxException(
            what, "nothing is kept under that name", names.Length == 0 ? "'sandbox run --keep NAME' keeps changes" : $"kept are {string.Join(", ", names)}");
    }
}
