using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Tests.Syscalls;

/// <summary>A structure of the product and the one in C that it must lie in memory like.</summary>
internal sealed record KernelStructure(string Name, string CType, string[] CFields)
{
    /// <summary>
    /// Fields in the order of the product's. The types that start with "probe_" are put together in the probe's prelude,
    /// where the product has one structure for several of C's.
    /// </summary>
    public static IReadOnlyList<KernelStructure> OfLibc { get; } =
    [
        new("OpenHow", "struct open_how", ["flags", "mode", "resolve"]),
        new("CapabilityHeader", "struct __user_cap_header_struct", ["version", "pid"]),
        new("CapabilityData", "struct probe_capability_data",
            ["set[0].effective", "set[0].permitted", "set[0].inheritable", "set[1].effective", "set[1].permitted", "set[1].inheritable"]),
        new("MountAttr", "struct mount_attr", ["attr_set", "attr_clr", "propagation", "userns_fd"]),
        new("PollDescriptor", "struct pollfd", ["fd", "events", "revents"]),
        new("TimeSpec", "struct timespec", ["tv_sec", "tv_nsec"]),
        new("ResourceLimitValue", "struct rlimit", ["rlim_cur", "rlim_max"]),
        new("ResourceUsage", "struct rusage",
            ["ru_utime.tv_sec", "ru_utime.tv_usec", "ru_stime.tv_sec", "ru_stime.tv_usec", "ru_maxrss", "ru_inblock", "ru_oublock"]),
        new("CloneArgs", "struct clone_args",
            ["flags", "pidfd", "child_tid", "parent_tid", "exit_signal", "stack", "stack_size", "tls", "set_tid", "set_tid_size", "cgroup"]),
        new("ProcessorSet", "cpu_set_t", ["__bits[0]"]),
        new("FilterProgram", "struct sock_fprog", ["len", "filter"]),
        new("LandlockRuleset", "struct probe_landlock_ruleset", ["handled_access_fs", "handled_access_net", "scoped"]),
        new("LandlockPathBeneath", "struct landlock_path_beneath_attr", ["allowed_access", "parent_fd"]),
        new("LandlockPort", "struct probe_landlock_port", ["allowed_access", "port"]),
        new("SignalInfo", "struct signalfd_siginfo", ["ssi_signo", "ssi_errno", "ssi_code", "ssi_pid", "ssi_uid"]),
        new("QueuedSignal", "siginfo_t", ["si_signo", "si_code"]),
        new("SignalAction", "struct sigaction", ["sa_handler", "sa_mask.__val[0]", "sa_flags", "sa_restorer"]),
        new("WindowSize", "struct winsize", ["ws_row", "ws_col", "ws_xpixel", "ws_ypixel"]),
        new("InterfaceRequest", "struct ifreq", ["ifr_name[0]", "ifr_name[8]", "ifr_flags"]),
        new("StatxTimestamp", "struct statx_timestamp", ["tv_sec", "tv_nsec"]),
        new("Statx", "struct statx",
        [
            "stx_mask", "stx_blksize", "stx_attributes", "stx_nlink", "stx_uid", "stx_gid", "stx_mode", "stx_ino", "stx_size", "stx_blocks",
            "stx_attributes_mask", "stx_atime", "stx_btime", "stx_ctime", "stx_mtime", "stx_rdev_major", "stx_rdev_minor", "stx_dev_major", "stx_dev_minor",
            "stx_mnt_id",
        ]),
        new("FileSystemStatus", "struct statvfs",
            ["f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail", "f_fsid", "f_flag"]),
        new("StatFs", "struct statfs",
            ["f_type", "f_bsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_fsid", "f_namelen", "f_frsize", "f_flags"]),
        new("LzmaStream", "lzma_stream", ["next_in", "avail_in", "total_in", "next_out", "avail_out", "total_out"]),
        new("ZstdInput", "ZSTD_inBuffer", ["src", "size", "pos"]),
        new("ZstdOutput", "ZSTD_outBuffer", ["dst", "size", "pos"]),
        new("IoVector", "struct iovec", ["iov_base", "iov_len"]),
        new("MessageHeader", "struct msghdr", ["msg_name", "msg_namelen", "msg_iov", "msg_iovlen", "msg_control", "msg_controllen", "msg_flags"]),
        new("InternetAddress", "struct sockaddr_in", ["sin_family", "sin_port", "sin_addr.s_addr"]),
        new("UnixAddress", "struct sockaddr_un", ["sun_family", "sun_path[0]"]),
        new("BpfLoadAttributes", "struct probe_bpf_load",
            ["prog_type", "insn_cnt", "insns", "license", "log_level", "log_size", "log_buf", "kern_version", "prog_flags"]),
        new("BpfAttachAttributes", "struct probe_bpf_attach", ["target_fd", "attach_bpf_fd", "attach_type", "attach_flags"]),
        new("PeerCredentials", "struct ucred", ["pid", "uid", "gid"]),
        new("DescriptorMessage", "struct probe_descriptor_message", ["header.cmsg_len", "header.cmsg_level", "header.cmsg_type", "descriptor"]),
    ];

    /// <summary>Structures of the kernel that have the name of another one in the C library.</summary>
    public static IReadOnlyList<KernelStructure> OfKernel { get; } =
    [
        new("KernelTermios", "struct termios", ["c_iflag", "c_oflag", "c_cflag", "c_lflag", "c_line", "c_cc[0]"]),
        new("SchedulingAttributes", "struct sched_attr",
            ["size", "sched_policy", "sched_flags", "sched_nice", "sched_priority", "sched_runtime", "sched_deadline", "sched_period", "sched_util_min", "sched_util_max"]),
        new("KernelSignalAction", "struct sigaction", ["sa_handler", "sa_flags", "sa_restorer", "sa_mask"]),
    ];

    /// <summary>The product's structures with open fields: all that the kernel reads or writes.</summary>
    public static IEnumerable<Type> Declared =>
        from type in typeof(Sandbox.Syscalls.SandboxException).Assembly.GetTypes()
        where type is { Namespace: "Sandbox.Syscalls", IsNested: false, IsValueType: true, IsEnum: false } && Fields(type).Length > 0
        select type;

    private Type Type => Declared.FirstOrDefault(type => type.Name == Name) ?? throw new TypeLoadException($"the product has no structure {Name}");

    /// <summary>The layout as the product has it, in the lines in which the probe prints C's.</summary>
    public IEnumerable<string> Layout()
    {
        yield return $"{Name}: size {SizeOf(Type)}";
        foreach ((FieldInfo field, string cField) in Fields(Type).Zip(CFields, (field, cField) => (field, cField)))
        {
            yield return $"{Name}.{field.Name}: {cField} at {Marshal.OffsetOf(Type, field.Name)}{(IsPart(cField) ? "" : $", size {SizeOf(field.FieldType)}")}";
        }
    }

    /// <summary>C statements that print the layout as C has it.</summary>
    public IEnumerable<string> Statements()
    {
        if (Fields(Type).Length != CFields.Length)
        {
            throw new InvalidOperationException($"{Name} has {Fields(Type).Length} fields, the table {CFields.Length}");
        }

        yield return $"printf(\"{Name}: size %zu\\n\", sizeof({CType}));";
        foreach ((FieldInfo field, string cField) in Fields(Type).Zip(CFields, (field, cField) => (field, cField)))
        {
            string text = $"{Name}.{field.Name}: {cField} at %zu";
            yield return IsPart(cField)
                ? $"printf(\"{text}\\n\", offsetof({CType}, {cField}));"
                : $"printf(\"{text}, size %zu\\n\", offsetof({CType}, {cField}), sizeof((({CType} *)0)->{cField}));";
        }
    }

    /// <summary>Whether a field of ours is a piece of an array in C, so that only their places can be compared.</summary>
    private static bool IsPart(string cField) => cField.EndsWith(']');

    private static FieldInfo[] Fields(Type type) =>
        [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public).OrderBy(field => Marshal.OffsetOf(type, field.Name))];

    private static int SizeOf(Type type) => type.IsPointer
        ? IntPtr.Size
        : (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
