using System.Globalization;
using Sandbox.Plan;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>A process of the PID namespace that a container joins: engines name the namespace by one, or by a file that holds it.</summary>
internal static class NamespaceInhabitant
{
    private const string Processes = "/proc", File = "ns/pid";

    /// <summary>Its number, as it is seen here: the lowest, which is that of the first of them as a rule; 0 where there is none, or nobody asks.</summary>
    public static int Of(LinuxSpec linux)
    {
        if (!PidEntryPlan.IsLast(linux))
        {
            return 0;
        }

        string path = linux.JoinedNamespaces.First(static joined => joined.Kind == NamespaceFlags.CLONE_NEWPID).Path;
        if (IdentityOf(path) is not { } wanted)
        {
            return 0;
        }

        int lowest = 0;
        foreach (string directory in Directory.GetDirectories(Processes))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && (lowest == 0 || pid < lowest) && IdentityOf(Path.Combine(directory, File)) == wanted)
            {
                lowest = pid;
            }
        }

        return lowest;
    }

    private static (uint Major, uint Minor, ulong Inode)? IdentityOf(string path) =>
        Libc.statx(Libc.AT_FDCWD, path, AtFlags.None, out Statx file) == 0 ? (file.DeviceMajor, file.DeviceMinor, file.Inode) : null;
}
