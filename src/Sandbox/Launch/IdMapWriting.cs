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
            using IdMapHelpers helpers = EarlyChild.TakeMaps(pid) ?? IdMapHelpers.Start(pid, maps);
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

    private static unsafe void WriteFile(string path, string text)
    {
        using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC, 0);
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(text);
        fixed (byte* first = bytes)
        {
            if (file.IsInvalid || Libc.write((int)file.DangerousGetHandle(), first, bytes.Length) != bytes.Length)
            {
                throw SandboxException.FromLastError($"cannot write {path}");
            }
        }
    }
}
