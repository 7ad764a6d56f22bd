using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Policies of sched_setattr(2).</summary>
internal enum SchedulingPolicy : uint
{
    SCHED_OTHER = 0,
    SCHED_FIFO = 1,
    SCHED_RR = 2,
    SCHED_BATCH = 3,
    SCHED_ISO = 4,
    SCHED_IDLE = 5,
    SCHED_DEADLINE = 6,
}

/// <summary>Flags of sched_setattr(2).</summary>
[Flags]
internal enum SchedulingFlags : ulong
{
    None = 0,
    SCHED_FLAG_RESET_ON_FORK = 0x01,
    SCHED_FLAG_RECLAIM = 0x02,
    SCHED_FLAG_DL_OVERRUN = 0x04,
    SCHED_FLAG_KEEP_POLICY = 0x08,
    SCHED_FLAG_KEEP_PARAMS = 0x10,
    SCHED_FLAG_UTIL_CLAMP_MIN = 0x20,
    SCHED_FLAG_UTIL_CLAMP_MAX = 0x40,
}

/// <summary>struct sched_attr of sched_setattr(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SchedulingAttributes
{
    /// <summary>Up to the members that every kernel knows; the two behind are for clamps of utilisation.</summary>
    public const uint SizeOfFirst = 48;

    public uint Size;
    public uint Policy;
    public ulong Flags;
    public int Nice;
    public uint Priority;
    public ulong Runtime;
    public ulong Deadline;
    public ulong Period;
    public uint UtilMin;
    public uint UtilMax;
}

/// <summary>Classes of ioprio_set(2).</summary>
internal enum IoClass
{
    IOPRIO_CLASS_RT = 1,
    IOPRIO_CLASS_BE = 2,
    IOPRIO_CLASS_IDLE = 3,
}

/// <summary>Modes of set_mempolicy(2), and the flags that go with them.</summary>
[Flags]
internal enum MemoryPolicy
{
    MPOL_DEFAULT = 0,
    MPOL_PREFERRED = 1,
    MPOL_BIND = 2,
    MPOL_INTERLEAVE = 3,
    MPOL_LOCAL = 4,
    MPOL_PREFERRED_MANY = 5,
    MPOL_WEIGHTED_INTERLEAVE = 6,
    MPOL_F_NUMA_BALANCING = 1 << 13,
    MPOL_F_RELATIVE_NODES = 1 << 14,
    MPOL_F_STATIC_NODES = 1 << 15,
}
