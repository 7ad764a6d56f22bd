using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Removes what killed processes left in the store: directories of tmp/ and scratch/ that nobody locks. With nothing
/// there it costs two system calls, so that each run can do it.
/// </summary>
internal static class Sweep
{
    /// <summary>
    /// How many directories one run looks at, from a random one on: with a thousand sandboxes running, a start must
    /// not look at a thousand scratch directories, and what is left over is found by one of the next runs.
    /// </summary>
    private const int LookLimit = 64;

    private static readonly string[] _parents = ["tmp", "scratch"];

    public static void Run(Store store, TreeRemover remover) => Run(store, remover, LookLimit);

    /// <summary>Looks at all of them.</summary>
    public static void All(Store store, TreeRemover remover) => Run(store, remover, int.MaxValue);

    private static void Run(Store store, TreeRemover remover, int limit)
    {
        foreach (string parent in _parents)
        {
            if (!IsEmpty(store, parent))
            {
                RemoveUnlocked(store, parent, remover, limit);
            }
        }
    }

    /// <summary>
    /// Does it on a thread of its own, because the caller has signals and times to look after; null where there is nothing to
    /// do. What cannot be removed is no failure of this run: a later one tries again.
    /// </summary>
    public static Thread? Start(Store store, TreeRemover remover)
    {
        if (Array.TrueForAll(_parents, parent => IsEmpty(store, parent)))
        {
            return null;
        }

        Thread thread = new(() =>
        {
            try
            {
                Run(store, remover);
            }
            catch (Exception failure) when (failure is SandboxException || FileFailure.Is(failure))
            {
            }
        });
        thread.Start();
        return thread;
    }

    // A directory has one link from its name, one from itself and one from each directory in it; btrfs, which does not
    // count, always says 1.
    private static bool IsEmpty(Store store, string parent) =>
        Libc.statx(store.Directory.Descriptor(), parent, AtFlags.None, out Statx status) != 0 || status.Links == 2;

    private static void RemoveUnlocked(Store store, string parent, TreeRemover remover, int limit)
    {
        string[] paths = Directory.GetDirectories(Path.Combine(store.Path, parent));
        int first = (int)(Libc.GetRandom() % (ulong)Math.Max(paths.Length, 1));
        for (int i = 0; i < Math.Min(paths.Length, limit); i++)
        {
            string name = Path.GetFileName(paths[(first + i) % paths.Length]);
            using HeldDirectory? left = HeldDirectory.TryHold(store, $"{parent}/{name}");
            left?.Remove(remover);
        }
    }
}
