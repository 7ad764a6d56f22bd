namespace Sandbox.Spec;

/// <summary>The names of namespaces in the specification.</summary>
internal static class NamespaceWords
{
    /// <summary>All that there are, for a message.</summary>
    public const string List = "pid, network, mount, ipc, uts, user, cgroup, time";

    public static ReadOnlySpan<(string Word, NamespaceFlags Kind)> All => new[]
    {
        ("user", NamespaceFlags.CLONE_NEWUSER),
        ("mount", NamespaceFlags.CLONE_NEWNS),
        ("pid", NamespaceFlags.CLONE_NEWPID),
        ("ipc", NamespaceFlags.CLONE_NEWIPC),
        ("uts", NamespaceFlags.CLONE_NEWUTS),
        ("cgroup", NamespaceFlags.CLONE_NEWCGROUP),
        ("network", NamespaceFlags.CLONE_NEWNET),
        ("time", NamespaceFlags.CLONE_NEWTIME),
    };

    /// <summary>The kind of a name; null for a name that none has.</summary>
    public static NamespaceFlags? Find(string name)
    {
        foreach ((string word, NamespaceFlags kind) in All)
        {
            if (word == name)
            {
                return kind;
            }
        }

        return null;
    }

    public static string NameOf(NamespaceFlags namespaceKind)
    {
        foreach ((string word, NamespaceFlags kind) in All)
        {
            if (kind == namespaceKind)
            {
                return word;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(namespaceKind));
    }
}
