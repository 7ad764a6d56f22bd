using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <summary>
/// The beginning of the memory that a launcher shares with a child which it made before there was a program; the
/// program's arena lies behind it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EarlyStart
{
    /// <summary>Bytes of the whole memory. What is never touched of it costs nothing.</summary>
    public const int Size = 16 << 20;

    /// <summary>Bytes of it before the arena.</summary>
    public const int Head = 256;

    /// <summary>What clone3(2) makes, because unshare(2) would not put the process itself into it.</summary>
    public const CloneFlags ByClone = CloneFlags.CLONE_NEWUSER | CloneFlags.CLONE_NEWPID;

    /// <summary>What the child makes of itself.</summary>
    public const CloneFlags ByChild =
        CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_NEWUTS | CloneFlags.CLONE_NEWCGROUP | CloneFlags.CLONE_NEWNET;

    /// <summary>The namespaces that the child is in.</summary>
    public const CloneFlags Namespaces = ByClone | ByChild;

    /// <summary>What a command may have that asks for no capabilities of its own (Podman's default).</summary>
    public const ulong Capabilities =
        (1UL << (int)Capability.CAP_CHOWN) | (1UL << (int)Capability.CAP_DAC_OVERRIDE) | (1UL << (int)Capability.CAP_FOWNER) |
        (1UL << (int)Capability.CAP_FSETID) | (1UL << (int)Capability.CAP_KILL) | (1UL << (int)Capability.CAP_SETGID) |
        (1UL << (int)Capability.CAP_SETUID) | (1UL << (int)Capability.CAP_SETPCAP) | (1UL << (int)Capability.CAP_NET_BIND_SERVICE) |
        (1UL << (int)Capability.CAP_SYS_CHROOT) | (1UL << (int)Capability.CAP_SETFCAP);

    /// <summary>The program, once the launcher says that it is there.</summary>
    public ProgramImage* Program;

    /// <summary>The child, and the launcher's descriptor of it.</summary>
    public int Pid;

    public int PidFd;

    /// <summary>A descriptor of the launcher's process, readable once that is dead.</summary>
    public int Launcher;

    /// <summary>The launcher's end of a socket: one byte goes out when the program is there.</summary>
    public int LauncherEnd;

    /// <summary>The child's end: an errno, or 0, comes back when it has taken the launcher's descriptors.</summary>
    public int ChildEnd;

    /// <summary>Whether the launcher is root's, which the child cannot see: in its user namespace no id is mapped yet.</summary>
    public int IsOfRoot;

    /// <summary>Whether no word of the command line asks for other capabilities: the child may let go of those.</summary>
    public int IsBounded;

    /// <summary>Whether the child was sent away from the launcher's processor, and the processors that the launcher may use.</summary>
    public int IsAside;

    public ProcessorSet Processors;

    /// <summary>Whether somebody chose those for it; else all are the child's, those too that are yet to come.</summary>
    public int IsChosen;

    /// <summary>What the child made already, by <see cref="Steps.Prepared"/>: descriptors of mounts, negative once one was to be attached, and 1 for what has none; 0 where it made nothing.</summary>
    public fixed int Prepared[(int)Steps.Prepared.Bounding + 1];

    /// <summary>Takes what was read only to have its pages in memory: without a use the compiler would leave the reads out.</summary>
    public int Touched;
}
