using System.Collections.Immutable;
using Sandbox.Cgroups;
using Sandbox.Plan;
using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What holds a command back: system call filters, Landlock, AppArmor.</summary>
internal static class ConfinementChecks
{
    public static IEnumerable<CheckRow> Try()
    {
        yield return CheckRow.Of("seccomp", Filter, needed: true);
        yield return CheckRow.Of("Landlock", Restrict);
        yield return AppArmor();
    }

    private static string Filter()
    {
        new Attempt(IdMapText.None, CloneFlags.None).Run(static program =>
        {
            program.For("filter system calls", static errno => errno == Errno.EINVAL ? "the kernel must be built with CONFIG_SECCOMP_FILTER" : null);
            program.Prctl(PrctlOption.PR_SET_NO_NEW_PRIVS, 1);
            program.SetSeccompFilter(DefaultFilter.For(0, Machine.Kernel, nested: false));
        });
        return "the default profile can be installed";
    }

    private static string Restrict()
    {
        int version = Libc.GetLandlockVersion();
        if (version <= 0)
        {
            throw new SandboxException(
                "the mount rules stand alone", "the kernel offers no Landlock", "put landlock into the list of the kernel's option lsm= (as lsm=landlock,lockdown,yama,apparmor,bpf), or use one with CONFIG_SECURITY_LANDLOCK");
        }

        new Attempt(IdMapText.None, CloneFlags.None).Run(static program =>
        {
            program.For("restrict access to files (Landlock)");
            program.Prctl(PrctlOption.PR_SET_NO_NEW_PRIVS, 1);
            program.LandlockRestrict(program.LandlockRuleset(LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_BLOCK, LandlockScope.None));
        });
        ImmutableArray<string> gaps = new LandlockVersion(version).Gaps();
        return $"version {version}: {string.Join("; ", ["of mounts it repeats what --read-only says", .. gaps])}";
    }

    /// <summary>Whether it stands in the way is what the namespaces above have told; here is what it says.</summary>
    private static CheckRow AppArmor()
    {
        bool on = TextFile.TryRead("/sys/module/apparmor/parameters/enabled") is ['Y', ..];
        string profile = on ? TextFile.TryRead("/proc/self/attr/apparmor/current") ?? TextFile.TryRead("/proc/self/attr/current") ?? "unknown" : "";
        bool restricts = on && TextFile.TryRead("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") is ['1', ..] && Libc.geteuid() != 0;
        return new CheckRow(
            "AppArmor", !restricts || profile != "unconfined", !on ? "not in use" : restricts ? $"restricts user namespaces; sandbox runs as {profile}" : $"sandbox runs as {profile}",
            restricts && profile == "unconfined" ? Hints.UserNamespaces : null);
    }
}
