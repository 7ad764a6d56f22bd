namespace Sandbox.Tests.Syscalls;

/// <summary>Asks the machine's C headers: a program made of the given statements is compiled and run.</summary>
internal static class HeaderProbe
{
    /// <summary>Headers of the C library, of the libraries linked in and, where they go together with those, of the kernel.</summary>
    public const string OfLibc = """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <elf.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <net/if.h>
        #include <netinet/in.h>
        #include <poll.h>
        #include <sched.h>
        #include <signal.h>
        #include <spawn.h>
        #include <sys/epoll.h>
        #include <sys/file.h>
        #include <sys/inotify.h>
        #include <sys/ioctl.h>
        #include <sys/mman.h>
        #include <sys/mount.h>
        #include <sys/personality.h>
        #include <sys/prctl.h>
        #include <sys/resource.h>
        #include <sys/signalfd.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/statvfs.h>
        #include <sys/syscall.h>
        #include <sys/timerfd.h>
        #include <sys/uio.h>
        #include <sys/un.h>
        #include <sys/vfs.h>
        #include <sys/wait.h>
        #include <sys/xattr.h>
        #include <termios.h>
        #include <time.h>
        #include <unistd.h>
        #include <linux/audit.h>
        #include <linux/bpf.h>
        #include <linux/capability.h>
        #include <linux/close_range.h>
        #include <linux/filter.h>
        #include <linux/fs.h>
        #include <linux/ioprio.h>
        #include <linux/keyctl.h>
        #include <linux/landlock.h>
        #include <linux/magic.h>
        #include <linux/memfd.h>
        #include <linux/mempolicy.h>
        #include <linux/mount.h>
        #include <linux/openat2.h>
        #include <linux/rtnetlink.h>
        #include <linux/sched.h>
        #include <linux/seccomp.h>
        #include <linux/securebits.h>
        #include <lzma.h>
        #include <zlib.h>
        #include <zstd.h>
        struct probe_capability_data { struct __user_cap_data_struct set[2]; };
        /* What the headers of Linux 6.1 have not yet. */
        #ifndef MFD_EXEC
        #define MFD_NOEXEC_SEAL 0x0008U
        #define MFD_EXEC 0x0010U
        #endif
        #ifndef LANDLOCK_ACCESS_FS_TRUNCATE
        #define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
        #endif
        #ifndef LANDLOCK_SCOPE_SIGNAL
        #define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
        #define LANDLOCK_SCOPE_SIGNAL (1ULL << 1)
        #endif
        #ifndef LANDLOCK_ACCESS_NET_BIND_TCP
        #define LANDLOCK_ACCESS_NET_BIND_TCP (1ULL << 0)
        #define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ULL << 1)
        #define LANDLOCK_RULE_NET_PORT 2
        #endif
        struct probe_landlock_port { __u64 allowed_access, port; };
        struct probe_landlock_ruleset { __u64 handled_access_fs, handled_access_net, scoped; };
        /* The beginnings of two members of union bpf_attr, whose whole size grows from kernel to kernel. */
        struct probe_bpf_load { __u32 prog_type, insn_cnt; __u64 insns, license; __u32 log_level, log_size; __u64 log_buf; __u32 kern_version, prog_flags; };
        struct probe_bpf_attach { __u32 target_fd, attach_bpf_fd, attach_type, attach_flags; };
        _Static_assert(__builtin_offsetof(union bpf_attr, prog_flags) == __builtin_offsetof(struct probe_bpf_load, prog_flags), "as in bpf_attr");
        _Static_assert(__builtin_offsetof(union bpf_attr, attach_flags) == __builtin_offsetof(struct probe_bpf_attach, attach_flags), "as in bpf_attr");
        struct probe_descriptor_message { struct cmsghdr header; int descriptor; };
        """;

    /// <summary>Headers of the kernel alone.</summary>
    public const string OfKernel = """
        #include <asm/signal.h>
        #include <asm/termbits.h>
        #include <linux/sched/types.h>
        """;

    private const string Printing = """
        #include <stddef.h>
        int printf(const char *format, ...);
        """;

    /// <summary>What the statements print, in lines.</summary>
    public static async Task<string[]> Ask(string headers, IEnumerable<string> statements)
    {
        string directory = Directory.CreateTempSubdirectory("sandbox-probe-").FullName;
        try
        {
            string source = Path.Combine(directory, "probe.c");
            string program = Path.Combine(directory, "probe");
            await File.WriteAllTextAsync(source, $"{headers}\n{Printing}\nint main(void)\n{{\n{string.Join('\n', statements)}\n}}\n");
            await Command.Tool("clang", "-std=gnu11", "-w", "-ferror-limit=0", "-o", program, source);
            return (await Command.Tool(program)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
