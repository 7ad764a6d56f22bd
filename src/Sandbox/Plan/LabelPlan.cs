using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>The SELinux context that holds from the command's first instruction.</summary>
internal static class LabelPlan
{
    public static void Apply(ProgramBuilder program, ProcessSpec process)
    {
        if (process.SelinuxLabel is not { } label)
        {
            return;
        }

        program.For($"set the SELinux context {label}", Hint);
        Slot file = program.Open("/proc/self/attr/exec", OpenFlags.O_WRONLY);

        // Written to another file, it would not be in force, and nobody would know (runc CVE-2019-16884).
        program.ExpectFileSystem(file, FileSystemMagic.PROC_SUPER_MAGIC);
        program.Write(file, label);
        program.Close(file);
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.EINVAL => "the kernel has no SELinux (it must be in /sys/kernel/security/lsm), or its policy no such context",
        Errno.EACCES or Errno.EPERM => "the policy forbids the change",
        _ => null,
    };
}
