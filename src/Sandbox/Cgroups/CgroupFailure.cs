using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Why a limit cannot be enforced here: which controller is missing, where, and what exactly mends it.</summary>
internal static class CgroupFailure
{
    private const string UnifiedBoot = "boot with systemd.unified_cgroup_hierarchy=1 cgroup_no_v1=all on the kernel's command line";

    public static SandboxException NoHierarchy(CgroupRequest request)
    {
        Controllers old = CgroupMount.OfVersion1(TextFile.TryRead("/proc/self/cgroup") ?? "");
        return old == Controllers.None
            ? new SandboxException(What(request), "no cgroup v2 is mounted at /sys/fs/cgroup", "as root: mount -t cgroup2 -o nsdelegate none /sys/fs/cgroup; inside a container, start that one with its own cgroup namespace")
            : new SandboxException(What(request), "this machine has cgroup v1 only, and limits need v2" + (request.Needed == Controllers.None ? "" : $" ({Listed(request.Needed)})"), UnifiedBoot + OrWithout(request));
    }

    public static SandboxException NoPlace(CgroupMount mount, CgroupRequest request, CgroupAttempts attempts)
    {
        Controllers old = request.Needed & CgroupMount.OfVersion1(TextFile.TryRead("/proc/self/cgroup") ?? "");
        if (old != Controllers.None)
        {
            return new SandboxException(What(request), $"this machine has the {Listed(old)} in cgroup v1, not in the v2 tree at {mount.Point}", UnifiedBoot + OrWithout(request));
        }

        Controllers ofKernel = ControllerNames.Read(TextFile.TryRead(mount.Point + "/cgroup.controllers"));
        Controllers absent = attempts.Missing & ~ofKernel;
        return new SandboxException(What(request), attempts.ToString(), absent == Controllers.None ? Mend(mount, attempts) : MendKernel(absent));
    }

    /// <summary>The failure where nothing would keep a sandbox from the limits in the cgroup that it may divide.</summary>
    public static SandboxException NoBorder(CgroupMount mount) => mount.IsWhole
        ? new("cannot keep the sandbox from its own limits", $"{mount.Point} is mounted without nsdelegate", $"as root: mount -o remount,nsdelegate {mount.Point}")
        : new("cannot give the sandbox a cgroup to divide", $"this machine has cgroup v1, and a v2 tree without nsdelegate beside it at {mount.Point}", UnifiedBoot);

    /// <summary>A limit that the kernel refused.</summary>
    public static SandboxException OfSetting(Cgroup cgroup, CgroupSetting setting, Errno errno)
    {
        bool isOn = setting.Controller == Controllers.None || (ControllerNames.Read(cgroup.TryRead("cgroup.controllers")) & setting.Controller) != 0;
        string? hint = errno switch
        {
            Errno.ENOENT when isOn => $"this kernel has no {setting.File}: a newer one, or one with the option for it",
            Errno.ENOENT => $"the {Listed(setting.Controller)} is not on in {cgroup.Path}",
            Errno.ENODEV => "name a whole disk, not a partition of it: lsblk shows both",
            Errno.ENOSPC => "all that is asked for must be there: cpuset.cpus.effective and cpuset.mems.effective of the parent show what is",
            Errno.EINVAL or Errno.ERANGE => $"the kernel's documentation says what {setting.File} takes (cgroup-v2)",
            _ => null,
        };
        return SandboxException.FromErrno($"cannot set {setting.File} to '{setting.Value}'", errno, hint);
    }

    private static string OrWithout(CgroupRequest request) => request.Otherwise is { } otherwise ? "; " + otherwise : "";

    private static string What(CgroupRequest request) => request.Needed == Controllers.None
        ? "cannot make a cgroup for the sandbox"
        : $"cannot limit {ControllerNames.Write(request.Needed).Replace(" ", ", ", StringComparison.Ordinal)}";

    private static string Listed(Controllers controllers)
    {
        string names = ControllerNames.Write(controllers);
        return names.Contains(' ', StringComparison.Ordinal) ? $"{names.Replace(" ", ", ", StringComparison.Ordinal)} controllers" : $"{names} controller";
    }

    private static string Mend(CgroupMount mount, CgroupAttempts attempts)
    {
        if (attempts.ManagerLacksControllers)
        {
            return DelegationHint.For(mount, attempts.Missing);
        }

        return Libc.geteuid() == 0
            ? "start it in a unit with Delegate=yes: systemd-run --scope -p Delegate=yes COMMAND"
            : $"a user manager of systemd gives one (loginctl enable-linger {Libc.getuid()}, XDG_RUNTIME_DIR=/run/user/{Libc.getuid()}), and so does root in a unit with User= and Delegate=yes";
    }

    private static string MendKernel(Controllers absent) => (absent & Controllers.memory) != 0
        ? "the kernel has it switched off: take cgroup_disable=memory off its command line, or put cgroup_enable=memory there"
        : (absent & Controllers.hugetlb) != 0 ? "the kernel needs CONFIG_CGROUP_HUGETLB"
        : (absent & Controllers.io) != 0 ? "the kernel needs CONFIG_BLK_CGROUP, and no cgroup_disable=io on its command line"
        : "the kernel has it switched off (cgroup_disable=), or lacks its CONFIG_CGROUP_ option; in a container, the outer one must hand it on";
}
