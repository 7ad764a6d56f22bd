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
            using IdMapProcesses helpers = EarlyChild.TakeMaps(pid) ?? IdMapProcesses.Start(pid, maps);
            helpers.Finish();
            return;
        }

        if (!maps.AllowsGroups)
        {
            WriteFile($"/proc/{pid}/setgroups", "deny");
        }

        WriteFile($"/proc/{pid}/uid_map", maps.Uids);
        WriteFile($"/proc/{pid}/gid_map", maps.Gids);
    }

    private static void WriteFile(string path, string text)
    {
        if (TextFile.TryWriteAtOnce(path, text) is not Errno.None and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot write {path}", errno, IdMapPlan.ForbiddenByHost(errno));
        }
    }
}
