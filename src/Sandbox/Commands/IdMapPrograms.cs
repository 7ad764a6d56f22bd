using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Where newuidmap(1) and newgidmap(1) are, the programs that map ids of /etc/subuid and /etc/subgid.</summary>
internal static class IdMapPrograms
{
    public static string? Newuidmap => Find("newuidmap");

    public static string? Newgidmap => Find("newgidmap");

    /// <summary>
    /// Whether they can have the rights that they need: not in many units of systemd and in containers, where nothing that is
    /// executed gains any (NoNewPrivileges=, and what implies it), or nobody has these (CapabilityBoundingSet=).
    /// </summary>
    public static bool CanBeRoot => !Libc.GainsNoPrivileges
        && Libc.prctl(PrctlOption.PR_CAPBSET_READ, (nint)Capability.CAP_SETUID) == 1 && Libc.prctl(PrctlOption.PR_CAPBSET_READ, (nint)Capability.CAP_SETGID) == 1;

    /// <summary>They are looked for as execvp(3) would; PATH is the caller's, and so is what he may run.</summary>
    private static string? Find(string program)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        foreach (string directory in path.Split(':'))
        {
            string candidate = Path.Combine(directory, program);
            if (directory.StartsWith('/') && File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
