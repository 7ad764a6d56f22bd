using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>
/// The filter of the workers: what reading an archive and writing a tree needs, and what .NET needs to run. No socket, no
/// signal, no namespace, no mount. What is not listed fails with EPERM, for the reason that <see cref="InitFilter"/> gives.
/// </summary>
internal static class WorkerFilter
{
    /// <summary>CLONE_NEWTIME and the seven others, so that clone(2) makes threads and nothing else.</summary>
    private const ulong NewNamespaces = 0x7E02_0080;

    /// <summary>One block a purpose: bytes, files and directories, attributes, memory, threads, time and chance, who am I, start and end.</summary>
    private const string Calls =
        """
        read readv pread64 write writev pwrite64 lseek close poll ppoll dup dup3 ftruncate fallocate copy_file_range sendfile
        openat openat2 fstat newfstatat statx statfs fstatfs faccessat faccessat2 access readlink readlinkat getdents64 getcwd fchdir
        mkdirat mknodat symlinkat linkat unlinkat renameat renameat2 flock fsync fdatasync syncfs umask
        fchmod fchmodat fchmodat2 fchown fchownat utimensat
        fsetxattr lsetxattr setxattr fgetxattr lgetxattr flistxattr llistxattr fremovexattr lremovexattr
        mmap munmap mremap mprotect madvise brk membarrier
        futex set_robust_list rseq set_tid_address sched_yield sched_getaffinity gettid prctl arch_prctl
        rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
        clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday getrandom
        getpid getuid geteuid getgid getegid uname sysinfo getrusage
        execve exit exit_group
        """;

    /// <summary>F_DUPFD to F_SETFL (fcntl(2)).</summary>
    private const ulong LastOfFirstCommands = 4;

    private const ulong LowHalf = 0xFFFF_FFFF;

    /// <summary>F_DUPFD_CLOEXEC and F_GET_SEALS.</summary>
    private static readonly ulong[] _laterCommands = [1030, 1034];

    /// <summary>The program, made ahead of time.</summary>
    public static ReadOnlySpan<ulong> Program => PrecompiledFilters.Worker;

    public static SeccompFilter Compile() => FilterCompiler.Compile(
        new SeccompProfile
        {
            DefaultAction = SeccompAction.Fail(Errno.EPERM),
            Rules =
            [
                ProfileRule.Allow(Calls),
                ProfileRule.Allow("clone", ArgumentCondition.FromProfile(0, Comparison.MaskedEqual, NewNamespaces, 0)),

                // Only of the caller: a limit on the processor time of another process of the user's would end that one.
                ProfileRule.Allow("prlimit64", ArgumentCondition.FromProfile(0, Comparison.MaskedEqual, LowHalf, 0)),
                .. DescriptorCommands(),

                // By a signal the collector stops a thread that runs: it gives up at EPERM, with abort(3), and at EAGAIN waits until
                // the thread stops by itself, at its next call. Nothing says of a thread's number whose it is.
                ProfileRule.Allow("tgkill") with { Action = SeccompAction.Fail(Errno.EAGAIN) },

                // The C library makes threads with clone where there is no clone3, whose flags a filter cannot see.
                ProfileRule.Allow("clone3") with { Action = SeccompAction.Fail(Errno.ENOSYS) },
            ],
        },
        new FilterContext(Abi.X64, Capabilities: 0, default));

    /// <summary>Those of fcntl(2) but F_SETOWN and F_SETSIG, by which a descriptor sends any signal to any process of the user's.</summary>
    private static IEnumerable<ProfileRule> DescriptorCommands()
    {
        for (ulong command = 0; command <= LastOfFirstCommands; command++)
        {
            yield return Command(command);
        }

        foreach (ulong command in _laterCommands)
        {
            yield return Command(command);
        }
    }

    private static ProfileRule Command(ulong command) =>
        ProfileRule.Allow("fcntl", ArgumentCondition.FromProfile(1, Comparison.MaskedEqual, LowHalf, command));
}
