using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// Settings of the sandbox's own namespaces ("linux.sysctl"), through the host's /proc: a file there acts on the
/// namespaces of who writes, and its name is not the image's.
/// </summary>
internal static class SysctlPlan
{
    public static void Apply(ProgramBuilder program, LinuxSpec linux)
    {
        foreach (NamedText setting in linux.Sysctls)
        {
            program.For($"set {setting.Name} to {setting.Value}", Hint);
            program.WriteFile("/proc/sys/" + SysctlScope.FileOf(setting.Name), setting.Value);
        }
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.ENOENT => "the kernel has no such setting",
        Errno.EINVAL => "the kernel does not take this value",
        Errno.EACCES => "the kernel keeps it for the machine's own root, or for the machine's own network",
        Errno.EROFS => "sandbox must be able to write /proc/sys; inside a container, that one must not make it read-only",
        _ => null,
    };
}
