namespace Sandbox.Commands;

/// <summary>Where newuidmap(1) and newgidmap(1) are, the programs that map ids of /etc/subuid and /etc/subgid.</summary>
internal static class IdMapPrograms
{
    public static string? Newuidmap => Find("newuidmap");

    public static string? Newgidmap => Find("newgidmap");

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
