using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>The ids of the user namespace (user_namespaces(7)): the child's part in mapping them, and the text for the launcher's.</summary>
internal static class IdMapPlan
{
    /// <summary>Leaves the child in a user namespace whose ids are mapped, if it has one.</summary>
    public static void Apply(ProgramBuilder program, Slot lifeline, IdMapText maps)
    {
        switch (maps.Writer)
        {
            case MapWriter.Child:
                MapOwnId(program, maps);
                break;
            case MapWriter.Launcher or MapWriter.Helpers:
                program.For("wait for the id maps");
                program.Await(lifeline);
                break;
            default:
                break;
        }
    }

    /// <summary>Whether the child waits for its maps.</summary>
    public static bool Waits(IdMapText maps) => maps.Writer is MapWriter.Launcher or MapWriter.Helpers;

    /// <summary>The lines of uid_map or gid_map.</summary>
    public static string Text(ImmutableArray<IdMapping> map)
    {
        StringBuilder lines = new();
        foreach (IdMapping line in map)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{line.ContainerId} {line.HostId} {line.Size}\n");
        }

        return lines.ToString();
    }

    /// <summary>One id may be mapped by the process itself: no helper, and nobody has to be waited for.</summary>
    private static void MapOwnId(ProgramBuilder program, IdMapText maps)
    {
        program.For("map the caller's user and group id", ForbiddenByHost);
        program.WriteFile("/proc/self/uid_map", maps.Uids);

        // The kernel takes an unprivileged gid_map only after setgroups was given up (CVE-2014-8989).
        program.WriteFile("/proc/self/setgroups", "deny");
        program.WriteFile("/proc/self/gid_map", maps.Gids);
    }

    /// <summary>Becomes root of the user namespace, where the caller's own id is not already that.</summary>
    public static void BecomeRoot(ProgramBuilder program, IdMapText maps)
    {
        if (maps.Writer is not (MapWriter.Launcher or MapWriter.Helpers))
        {
            return;
        }

        // AppArmor of Ubuntu gives it, and its root no capability.
        program.For("become the root of the user namespace", static errno => errno == Errno.EPERM ? Hints.UserNamespaces : null);
        if (maps.AllowsGroups)
        {
            program.SetGroups([]);
        }

        program.SetGroupId(0);
        program.SetUserId(0);
    }

    /// <summary>What helps where a map cannot be written.</summary>
    public static string? ForbiddenByHost(Errno errno) => errno switch
    {
        Errno.EPERM => Hints.UserNamespaces,
        Errno.EACCES => Hints.UserNamespaces + "; or sandbox's executable is not readable for whoever runs it",
        Errno.EROFS => "sandbox must be able to write /proc; inside a container, that one must not make it read-only",
        _ => null,
    };
}
