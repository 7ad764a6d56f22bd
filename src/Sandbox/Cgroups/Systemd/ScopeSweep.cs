using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// Ends the scopes of sandboxes whose launcher was killed while systemd made them: of a process that has ended before it is
/// put in, the kernel announces no end, and systemd takes the scope to be running for ever.
/// </summary>
internal static class ScopeSweep
{
    private const string Suffix = ".scope";

    /// <summary>Seconds after which nobody makes a scope any more: longer than a launcher waits for its own.</summary>
    private const long LongestStart = 60;

    /// <summary>Looks through the scopes of this user in the usual slice of his manager.</summary>
    public static void OfUser(CgroupMount mount)
    {
        uint user = Libc.getuid();
        Beneath(mount.Directory($"/user.slice/user-{user}.slice/user@{user}.service/app.slice"));
    }

    /// <summary>Looks through the scopes in a slice. Where systemd does not answer they stay.</summary>
    public static void Beneath(string path)
    {
        using Cgroup? slice = Cgroup.TryOpen(path);
        foreach (byte[] name in slice is null ? [] : DirectoryNames.Of(slice.Directory.Descriptor()))
        {
            string scope = Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));
            if (scope.EndsWith(Suffix, StringComparison.Ordinal) && CgroupRequest.IsName(scope[..^Suffix.Length]) && IsAbandoned(slice!, scope))
            {
                TryStop(path + "/" + scope);
            }
        }
    }

    private static bool IsAbandoned(Cgroup slice, string name)
    {
        using Cgroup? scope = slice.TryOpenChild(name);
        return scope is not null && scope.IsOwn() && !scope.Has(ScopedCgroup.Box)
            && FlatKeys.Find(scope.TryRead(CgroupEvents.File), "populated") == 0
            && Libc.statx(scope.Directory, out Statx status) == 0
            && status.Modified.Seconds + LongestStart < DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }

    private static void TryStop(string scope)
    {
        try
        {
            using ScopeStarter? manager = ScopeStarter.TryConnectTo(scope);
            manager?.Stop(Path.GetFileName(scope));
        }
        catch (SandboxException)
        {
            // It has ended meanwhile, or stays until the next one comes.
        }
    }
}
