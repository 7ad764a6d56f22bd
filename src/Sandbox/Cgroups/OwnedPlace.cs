using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>A directory that is ours to make cgroups in.</summary>
internal static class OwnedPlace
{
    /// <summary>Makes the cgroup there; null where the directory has not the controllers, which <paramref name="attempts"/> then says.</summary>
    /// <param name="launcher">Where this process went to make room; left again where the place will not do.</param>
    public static SandboxCgroup? TryMake(Cgroup parent, CgroupRequest request, LauncherLeaf? launcher, CgroupAttempts attempts)
    {
        Controllers missing = ControllerSwitch.Enable(parent, request.Needed, request.Wanted, out Errno errno);
        if (missing == Controllers.None)
        {
            return OwnedCgroup.Make(parent, request, launcher);
        }

        if (errno == Errno.None)
        {
            attempts.AddMissing(parent.Path, missing);
        }
        else
        {
            attempts.Add(parent.Path, errno == Errno.EBUSY
                ? "holds other processes, and is not reorganised (EBUSY)"
                : $"does not hand on {ControllerNames.Write(missing)} ({SandboxException.Describe(errno)})");
        }

        launcher?.Dispose();
        return null;
    }
}
