using Sandbox.Seccomp;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// What a worker is left with: the capabilities that owners, modes and attributes of a tree take, the system calls that
/// write one, and, where the kernel offers Landlock, no file but those of that tree. A hostile archive that took it over
/// could write its own tree and nothing else.
/// </summary>
internal static class WorkerConfinement
{
    private const ulong Capabilities =
        1UL << (int)Capability.CAP_CHOWN | 1UL << (int)Capability.CAP_DAC_OVERRIDE | 1UL << (int)Capability.CAP_FOWNER |
        1UL << (int)Capability.CAP_FSETID;

    private const int MostCapabilities = 64;

    private const LandlockAccess Tree =
        LandlockAccess.LANDLOCK_ACCESS_FS_WRITE_FILE | LandlockAccess.LANDLOCK_ACCESS_FS_READ_FILE | LandlockAccess.LANDLOCK_ACCESS_FS_READ_DIR |
        LandlockAccess.LANDLOCK_ACCESS_FS_REMOVE_DIR | LandlockAccess.LANDLOCK_ACCESS_FS_REMOVE_FILE | LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_DIR |
        LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_REG | LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_SOCK | LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_FIFO |
        LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_SYM | LandlockAccess.LANDLOCK_ACCESS_FS_REFER |

        // An overlay's whiteout is a character device 0/0, and the only one that takes no CAP_MKNOD.
        LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_CHAR;

    private const LandlockAccess Reading =
        LandlockAccess.LANDLOCK_ACCESS_FS_READ_FILE | LandlockAccess.LANDLOCK_ACCESS_FS_READ_DIR | LandlockAccess.LANDLOCK_ACCESS_FS_REFER;

    private const LandlockAccess Writing = LandlockAccess.LANDLOCK_ACCESS_FS_WRITE_FILE | LandlockAccess.LANDLOCK_ACCESS_FS_TRUNCATE;

    private const LandlockAccess Never = LandlockAccess.LANDLOCK_ACCESS_FS_EXECUTE | LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_BLOCK;

    /// <param name="input">The worker's descriptor 0; a second directory to write to, where the settings say so.</param>
    public static void Apply(ProgramBuilder program, Slot tree, Slot input, WorkerSettings settings)
    {
        program.For("confine a worker process");
        if (settings.Detached)
        {
            // It only makes a layer of the caller's durable; no_new_privs keeps root from having them again after execve(2).
            program.SetCapabilities(0, 0, 0);
        }
        else
        {
            DropCapabilities(program);
        }

        program.Prctl(PrctlOption.PR_SET_NO_NEW_PRIVS, 1);
        LandlockVersion landlock = new(settings.LandlockVersion);
        if (landlock.IsUsed)
        {
            Restrict(program, tree, input, settings, landlock);
        }

        program.SetSeccompFilter(WorkerFilter.Program);
    }

    private static void DropCapabilities(ProgramBuilder program)
    {
        for (int capability = 0; capability < MostCapabilities; capability++)
        {
            if ((Capabilities & (1UL << capability)) == 0)
            {
                // EINVAL: a kernel that does not know this one cannot grant it either.
                program.Prctl(PrctlOption.PR_CAPBSET_DROP, capability, Errno.EINVAL);
            }
        }

        program.SetCapabilities(Capabilities, Capabilities, 0);
    }

    private static void Restrict(ProgramBuilder program, Slot tree, Slot second, WorkerSettings settings, LandlockVersion landlock)
    {
        LandlockAccess rights = Tree | (landlock.CoversTruncate ? LandlockAccess.LANDLOCK_ACCESS_FS_TRUNCATE : 0);
        Slot ruleset = program.LandlockRuleset(rights | Never, LandlockScope.None);
        program.AllowBeneath(ruleset, tree, settings.DirectoryIsRead ? rights & Reading : rights);
        if (settings.InputIsDirectory)
        {
            // A link must not give more rights to a file than it has where it lies: the kernel would refuse it (EXDEV).
            program.AllowBeneath(ruleset, second, settings.InputTakesLinks ? rights & ~Writing : rights);
        }

        // Our own executable, and what the C library and .NET read as they start. EBADFD: a sealed copy has no path, and needs no rule.
        const LandlockAccess read = LandlockAccess.LANDLOCK_ACCESS_FS_READ_FILE, run = read | LandlockAccess.LANDLOCK_ACCESS_FS_EXECUTE;
        program.AllowBeneath(ruleset, program.Open("/proc/self/exe", OpenFlags.O_PATH), run, Errno.EBADFD);
        program.AllowBeneath(ruleset, program.Open("/proc/self", OpenFlags.O_PATH), read);
        program.AllowBeneath(ruleset, program.Open("/sys/devices/system/cpu", OpenFlags.O_PATH, tolerated: Errno.ENOENT), read);
        program.AllowBeneath(ruleset, program.Open("/dev/urandom", OpenFlags.O_PATH, tolerated: Errno.ENOENT), read);
        program.LandlockRestrict(ruleset);
    }
}
