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
        read readv pread64 write writev pwrite64 lseek close poll ppoll fcntl dup dup3 ftruncate fallocate copy_file_range sendfile
        openat openat2 fstat newfstatat statx statfs fstatfs faccessat faccessat2 access readlink readlinkat getdents64 getcwd fchdir
        mkdirat mknodat symlinkat linkat unlinkat renameat renameat2 flock fsync fdatasync syncfs umask
        fchmod fchmodat fchmodat2 fchown fchownat utimensat
        fsetxattr lsetxattr setxattr fgetxattr lgetxattr flistxattr llistxattr fremovexattr lremovexattr
        mmap munmap mremap mprotect madvise brk membarrier
        futex set_robust_list rseq set_tid_address sched_yield sched_getaffinity gettid prctl arch_prctl
        rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
        clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday getrandom
        getpid getuid geteuid getgid getegid uname sysinfo prlimit64 getrusage
        execve exit exit_group
        """;

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

                // By a signal the collector stops a thread that runs: it gives up at EPERM, with abort(3), and at EAGAIN waits until
                // the thread stops by itself, at its next call. Nothing says of a thread's number whose it is.
                ProfileRule.Allow("tgkill") with { Action = SeccompAction.Fail(Errno.EAGAIN) },

                // The C library makes threads with clone where there is no clone3, whose flags a filter cannot see.
                ProfileRule.Allow("clone3") with { Action = SeccompAction.Fail(Errno.ENOSYS) },
            ],
        },
        new FilterContext(Abi.X64, Capabilities: 0, default));
}
