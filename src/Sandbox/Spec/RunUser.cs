using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>The ids of the command, which must all be ids of the sandbox.</summary>
internal static class RunUser
{
    /// <summary>Why the command cannot run as <paramref name="user"/>, or null.</summary>
    public static Refusal? Check(ResolvedUser user, IdMaps ids)
    {
        if (!ids.HasUid(user.Uid))
        {
            return Unmapped("user", user.Uid, "/etc/subuid", ids);
        }

        if (!ids.HasGid(user.Gid))
        {
            return Unmapped("group", user.Gid, "/etc/subgid", ids);
        }

        if (!ids.AllowsGroups)
        {
            return null;
        }

        foreach (uint group in user.Groups)
        {
            if (!ids.HasGid(group))
            {
                return Unmapped("group", group, "/etc/subgid", ids);
            }
        }

        return null;
    }

    /// <summary>The user as the kernel will be told; without setgroups(2) there are no groups to tell.</summary>
    public static UserSpec Of(ResolvedUser user, IdMaps ids) => new(user.Uid, user.Gid, ids.AllowsGroups ? user.Groups : []);

    private static Refusal Unmapped(string kind, uint id, string file, IdMaps ids) => new(
        $"cannot run as {kind} {id}",
        $"the sandbox has no such id, only {(kind == "user" ? IdMaps.Describe(ids.Uids) : IdMaps.Describe(ids.Gids))}",
        ids.AllowsGroups ? $"give yourself more ids in {file}" : "use --userns auto, with ranges of ids for you in both /etc/subuid and /etc/subgid, and not where no_new_privs keeps newuidmap from them");
}
