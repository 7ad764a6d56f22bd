namespace Sandbox.Spec;

/// <summary>Which namespace a setting of /proc/sys belongs to (sysctl(5), ipc_namespaces(7)).</summary>
internal static class SysctlScope
{
    private static ReadOnlySpan<string> OfIpc => new[]
    {
        "kernel.auto_msgmni", "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.msg_next_id", "kernel.sem", "kernel.sem_next_id",
        "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_next_id", "kernel.shm_rmid_forced",
    };

    /// <summary>The kind of namespace; null for a setting of the whole machine, or one that nobody knows to be anything else.</summary>
    public static NamespaceFlags? Of(string name)
    {
        string dotted = Dotted(name);
        return dotted switch
        {
            _ when OfIpc.Contains(dotted) || dotted.StartsWith("fs.mqueue.", StringComparison.Ordinal) => NamespaceFlags.CLONE_NEWIPC,
            _ when dotted.StartsWith("net.", StringComparison.Ordinal) => NamespaceFlags.CLONE_NEWNET,
            "kernel.domainname" or "kernel.hostname" => NamespaceFlags.CLONE_NEWUTS,
            _ when dotted.StartsWith("user.", StringComparison.Ordinal) => NamespaceFlags.CLONE_NEWUSER,
            _ => null,
        };
    }

    /// <summary>Whether a name leads to one place below /proc/sys and nowhere else: "net/../vm/swappiness" would begin as one of a network's.</summary>
    public static bool IsName(string name)
    {
        foreach (string part in FileOf(name).Split('/'))
        {
            if (part is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The file below /proc/sys. In "net.ipv4.conf.eth0/1.forwarding" the slash is a dot of the name (sysctl(8)).</summary>
    public static string FileOf(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal), slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && (dot < 0 || slash < dot) ? name : name.Replace('.', '\n').Replace('/', '.').Replace('\n', '/');
    }

    private static string Dotted(string name) => FileOf(name).Replace('/', '.');
}
