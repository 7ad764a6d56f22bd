using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Finds users and groups in the image's own /etc/passwd and /etc/group, as docker run --user does.</summary>
internal static class Accounts
{
    private const string PasswdPath = "etc/passwd", GroupPath = "etc/group";

    /// <summary>Fields of passwd(5) and group(5).</summary>
    private const int PrimaryGroup = 3, HomeDirectory = 5, Members = 3;

    /// <summary>NGROUPS_MAX: the kernel takes no more (setgroups(2)).</summary>
    private const int GroupLimit = 65536;

    /// <summary>
    /// The account of a user, given by name or id, in its own groups or in one that is named. Ids need no entry: they
    /// get group 0 and / as their home.
    /// </summary>
    /// <param name="withGroups">Whether supplementary groups are looked up; where they cannot be set, reading them is in vain.</param>
    public static Account Resolve(RootfsSource source, string user, string? group, bool withGroups = true) =>
        Resolve(path => AccountFile.Read(source, path), user, group, withGroups);

    /// <summary>The same, of files that <paramref name="read"/> has by their paths in the image.</summary>
    public static Account Resolve(Func<string, AccountFile> read, string user, string? group, bool withGroups)
    {
        AccountFile passwd = read(PasswdPath);
        byte[] wanted = Encoding.UTF8.GetBytes(user);
        bool known = passwd.TryFind(wanted, out AccountLine line);
        if (!AccountLine.TryParseId(known ? line[AccountFile.Id] : wanted, out uint uid))
        {
            throw Missing("user", user, PasswdPath, passwd);
        }

        string home = known ? HomeOf(line) : "/";
        if (group is not null)
        {
            return new Account(uid, GroupId(read, group), [], home);
        }

        return known
            ? new Account(uid, line.TryGetId(PrimaryGroup, out uint gid) ? gid : 0, withGroups ? GroupsOf(read, line[AccountFile.Name]) : [], home)
            : new Account(uid, 0, [], home);
    }

    private static uint GroupId(Func<string, AccountFile> read, string group)
    {
        AccountFile groups = read(GroupPath);
        byte[] wanted = Encoding.UTF8.GetBytes(group);
        bool known = groups.TryFind(wanted, out AccountLine line);
        return AccountLine.TryParseId(known ? line[AccountFile.Id] : wanted, out uint gid)
            ? gid
            : throw Missing("group", group, GroupPath, groups);
    }

    private static ImmutableArray<uint> GroupsOf(Func<string, AccountFile> read, ReadOnlySpan<byte> user)
    {
        SortedSet<uint> ids = [];
        foreach (AccountLine line in read(GroupPath))
        {
            if (line.TryGetId(AccountFile.Id, out uint id) && line.Lists(Members, user) && ids.Add(id) && ids.Count > GroupLimit)
            {
                throw new SandboxException($"cannot run as user {Encoding.UTF8.GetString(user)}", $"/{GroupPath} of the image puts it in more than {GroupLimit} groups");
            }
        }

        return [.. ids];
    }

    /// <summary>A home that a command could not be told, or that is no path from the root, is none.</summary>
    private static string HomeOf(AccountLine line)
    {
        ReadOnlySpan<byte> home = line[HomeDirectory];
        return home.StartsWith("/"u8) && !home.Contains((byte)0) && Utf8.IsValid(home) ? Encoding.UTF8.GetString(home) : "/";
    }

    private static SandboxException Missing(string kind, string name, string path, AccountFile file) => new(
        $"cannot run as {kind} {name}",
        file.Exists ? $"/{path} of the image has no such {kind}" : $"the image has no /{path}",
        $"give the {kind} as a number");
}
