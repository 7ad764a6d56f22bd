using Microsoft.Win32.SafeHandles;
using Sandbox.Plan;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>Writes the maps of a child's user namespace, which only a process outside of it may do for more than one id.</summary>
internal static class IdMapWriting
{
    public static void Write(int pid, IdMapText maps)
    {
        if (maps.Writer == MapWriter.Helpers)
        {
            RunHelpers(pid, maps);
            return;
        }

        if (!maps.AllowsGroups)
        {
            WriteFile($"/proc/{pid}/setgroups", "deny");
        }

        WriteFile($"/proc/{pid}/uid_map", maps.Uids);
        WriteFile($"/proc/{pid}/gid_map", maps.Gids);
    }

    /// <summary>Both at the same time: each takes about as long as everything else in a launch together.</summary>
    private static void RunHelpers(int pid, IdMapText maps)
    {
        using HelperProgram uids = HelperProgram.Start("newuidmap", [$"{pid}", .. Words(maps.Uids)]);
        using HelperProgram gids = HelperProgram.Start("newgidmap", [$"{pid}", .. Words(maps.Gids)]);
        Check("newuidmap", uids.Finish(), "/etc/subuid");
        Check("newgidmap", gids.Finish(), "/etc/subgid");
    }

    private static void Check(string program, (int Code, string Said) end, string file)
    {
        if (end.Code != 0)
        {
            string why = end.Said.Length > 0 ? end.Said : $"it ended with {end.Code}";
            throw new SandboxException(
                $"cannot map ids with {program}", why, $"{program} must be setuid root or have its file capability, and {file} must give the caller its ranges; --userns single needs neither");
        }
    }

    private static IEnumerable<string> Words(string map) => map.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static void WriteFile(string path, string text)
    {
        if (TextFile.TryWriteAtOnce(path, text) is not Errno.None and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot write {path}", errno);
        }
    }
}
