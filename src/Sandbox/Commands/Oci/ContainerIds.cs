using Sandbox.Plan;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Who writes the id maps of a container's new user namespace.</summary>
internal static class ContainerIds
{
    public static IdMapText Of(LinuxSpec linux)
    {
        if (!linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWUSER))
        {
            return IdMapText.None with { AllowsGroups = AllowGroups(MapWriter.Nobody) };
        }

        if (linux.UidMappings.IsEmpty || linux.GidMappings.IsEmpty)
        {
            throw new SandboxException("cannot make a user namespace", "linux.uidMappings and linux.gidMappings do not say which ids it has", "write at least one line into each");
        }

        MapWriter writer = WriterOf(linux);
        return new IdMapText(writer, IdMapPlan.Text(linux.UidMappings), IdMapPlan.Text(linux.GidMappings)) { AllowsGroups = AllowGroups(writer) };
    }

    /// <summary>Whether a process of the container may have groups beside its own one (setgroups(2)).</summary>
    public static bool AllowGroups(LinuxSpec linux) => AllowGroups(linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWUSER) ? WriterOf(linux) : MapWriter.Nobody);

    /// <summary>Not where an ordinary user maps himself alone, and in no namespace inside of one where that was done (user_namespaces(7)).</summary>
    private static bool AllowGroups(MapWriter writer) => writer != MapWriter.Child && HostFile.ReadIfThere("/proc/self/setgroups")?.TrimEnd() != "deny";

    /// <summary>The root of a user namespace, the machine's too, maps what it has itself; an ordinary user itself alone, and more by helpers.</summary>
    private static MapWriter WriterOf(LinuxSpec linux)
    {
        if (Libc.geteuid() == 0)
        {
            return MapWriter.Launcher;
        }

        bool alone = linux.UidMappings is [{ Size: 1 } uid] && linux.GidMappings is [{ Size: 1 } gid] && uid.HostId == Libc.geteuid() && gid.HostId == Libc.getegid();
        return alone ? MapWriter.Child : MapWriter.Helpers;
    }
}
