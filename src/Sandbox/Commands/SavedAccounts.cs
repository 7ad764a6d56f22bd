using Sandbox.CommandLine;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.State;

namespace Sandbox.Commands;

/// <summary>
/// Users and groups of a sandbox, from copies of its image's own files that were made at its start: what the sandbox has
/// made of them since is nothing that a command outside should have to read.
/// </summary>
internal static class SavedAccounts
{
    public const int LargestFile = 4 << 20;

    /// <summary>Their paths in the image, and the names of the copies.</summary>
    public static ReadOnlySpan<(string Path, string Name)> Files => new[] { ("etc/passwd", SandboxFiles.Users), ("etc/group", SandboxFiles.Groups) };

    public static ResolvedUser Resolve(SandboxEntry entry, UserOption option)
    {
        Account account = Accounts.Resolve(path => new AccountFile(Read(entry, path)), option.User, option.Group, entry.Record.AllowsGroups);
        return new ResolvedUser(account.Uid, account.Gid, account.Groups, account.Home);
    }

    private static byte[]? Read(SandboxEntry entry, string path)
    {
        foreach ((string original, string name) in Files)
        {
            if (original == path)
            {
                return StateFile.TryReadBytes(entry.Directory, name);
            }
        }

        return null;
    }
}
