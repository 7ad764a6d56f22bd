using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>The AppArmor profile that holds from the command's first instruction (apparmor(7)).</summary>
internal static class AppArmorPlan
{
    public static void Apply(ProgramBuilder program, ProcessSpec process)
    {
        if (process.AppArmorProfile is not { } profile)
        {
            return;
        }

        program.For($"set the AppArmor profile {profile}", errno => Hint(errno, profile));
        Slot file = program.Open("/proc/self/attr/apparmor/exec", OpenFlags.O_WRONLY);

        // Written to another file, the profile would not be in force, and nobody would know (runc CVE-2019-16884, CVE-2023-28642).
        program.ExpectFileSystem(file, FileSystemMagic.PROC_SUPER_MAGIC);
        program.Write(file, "exec " + profile);
        program.Close(file);
    }

    private static string? Hint(Errno errno, string profile) => errno switch
    {
        Errno.ENOENT or Errno.ENOTDIR => $"the kernel has no AppArmor (it must be in /sys/kernel/security/lsm), or no profile {profile} (aa-status lists them)",
        Errno.EINVAL => "AppArmor is switched off: lsm= or apparmor=0 on the kernel's command line",
        Errno.EACCES or Errno.EPERM => "the profile that sandbox itself runs under forbids the change",
        _ => null,
    };
}
