using Sandbox.CommandLine;
using Sandbox.Rootfs;
using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary>The user of the command, looked up in the image's own files.</summary>
internal static class RunAccount
{
    public static ResolvedUser Resolve(RootfsSource source, UserOption? option, IdMaps maps)
    {
        Account account = Accounts.Resolve(source, option?.User ?? "0", option?.Group, maps.AllowsGroups);
        return new ResolvedUser(account.Uid, account.Gid, account.Groups, account.Home);
    }
}
