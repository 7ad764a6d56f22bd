using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Finds the directory in which a sandbox's cgroup can be made, in a fixed order, and makes it there.</summary>
internal static class CgroupSearch
{
    /// <summary>For limits that were asked for: the cgroup, or a failure that names each place and what is missing there.</summary>
    public static SandboxCgroup Make(CgroupRequest request)
    {
        CgroupMount mount = CgroupMount.Find() ?? throw CgroupFailure.NoHierarchy(request);
        CheckBorder(mount, request);
        CgroupAttempts attempts = new();
        SandboxCgroup? made = request.Parent is { } parent
            ? NamedPlace.TryMake(mount, parent, request, attempts)
            : OwnPlace.TryMake(mount, request, attempts) ?? RootPlace.TryMake(mount, request, attempts) ?? SystemdPlace.TryMake(mount, request, attempts);
        return made ?? throw CgroupFailure.NoPlace(mount, request, attempts);
    }

    /// <summary>
    /// For figures and for the limits that every sandbox has: the cgroup where a directory is ours, null elsewhere. Nobody is asked for anything.
    /// </summary>
    public static SandboxCgroup? TryMake(CgroupMount mount, CgroupRequest request)
    {
        CgroupAttempts attempts = new();
        try
        {
            return OwnPlace.TryMake(mount, request, attempts) ?? RootPlace.TryMake(mount, request, attempts);
        }
        catch (SandboxException)
        {
            return null;
        }
    }

    /// <summary>Where the sandbox's root is this user, only the kernel's border keeps it from the limits in its own top directory.</summary>
    private static void CheckBorder(CgroupMount mount, CgroupRequest request)
    {
        if ((request.Owner is not null || request.Nested) && !OwnUserNamespace.HasRoot && !mount.GuardsNamespaces())
        {
            throw CgroupFailure.NoBorder(mount);
        }
    }
}
