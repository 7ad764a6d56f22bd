using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Flags of clone3(2).</summary>
[Flags]
internal enum CloneFlags : ulong
{
    None = 0,
    CLONE_NEWTIME = 0x00000080,
    CLONE_VM = 0x00000100,
    CLONE_FILES = 0x00000400,
    CLONE_SIGHAND = 0x00000800,
    CLONE_PIDFD = 0x00001000,
    CLONE_VFORK = 0x00004000,
    CLONE_PARENT = 0x00008000,
    CLONE_THREAD = 0x00010000,
    CLONE_NEWNS = 0x00020000,
    CLONE_NEWCGROUP = 0x02000000,
    CLONE_NEWUTS = 0x04000000,
    CLONE_NEWIPC = 0x08000000,
    CLONE_NEWUSER = 0x10000000,
    CLONE_NEWPID = 0x20000000,
    CLONE_NEWNET = 0x40000000,
    CLONE_CLEAR_SIGHAND = 0x100000000,
    CLONE_INTO_CGROUP = 0x200000000,
}

/// <summary>struct clone_args of clone3(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CloneArgs
{
    public ulong Flags;
    public ulong PidFd;
    public ulong ChildTid;
    public ulong ParentTid;
    public ulong ExitSignal;
    public ulong Stack;
    public ulong StackSize;
    public ulong Tls;
    public ulong SetTid;
    public ulong SetTidSize;
    public ulong Cgroup;
}

/// <summary>cpu_set_t of sched_setaffinity(2): a bit for each processor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProcessorSet
{
    public const int WordCount = 16;
    public const int BitsOfWord = 64;

    /// <summary>The processors that it has bits for, and its bytes.</summary>
    public const int Count = WordCount * BitsOfWord;
    public const int Size = Count / 8;

    public fixed ulong Words[WordCount];
}
