using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Commands of bpf(2).</summary>
internal enum BpfCommand
{
    BPF_PROG_LOAD = 5,
    BPF_PROG_ATTACH = 8,
}

/// <summary>struct bpf_insn: one instruction of eBPF.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInsn(byte Code, byte Registers, short Offset, int Immediate);

/// <summary>The members of union bpf_attr that load a program.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfLoadAttributes
{
    public const uint BPF_PROG_TYPE_CGROUP_DEVICE = 15;

    public uint Type;
    public uint InstructionCount;
    public ulong Instructions;
    public ulong License;
    public uint LogLevel;
    public uint LogSize;
    public ulong Log;
    public uint KernelVersion;
    public uint Flags;
}

/// <summary>The members of union bpf_attr that attach a program to a cgroup.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfAttachAttributes
{
    public const uint BPF_CGROUP_DEVICE = 6;

    /// <summary>Beside the programs that are there, and those that come beneath; all must allow.</summary>
    public const uint BPF_F_ALLOW_MULTI = 2;

    public uint Target;
    public uint Program;
    public uint Type;
    public uint Flags;
}

/// <summary>Calls of linux/bpf.h, for the managed side.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint bpf(nint number, BpfCommand command, void* attributes, nint size);

    /// <summary>bpf(2): a program that decides on devices, verified by the kernel; the caller owns it.</summary>
    public static SafeFileHandle LoadDeviceProgram(ReadOnlySpan<BpfInsn> program)
    {
        fixed (BpfInsn* instructions = program)
        fixed (byte* license = "MIT"u8)
        {
            BpfLoadAttributes attributes = new()
            {
                Type = BpfLoadAttributes.BPF_PROG_TYPE_CGROUP_DEVICE,
                InstructionCount = (uint)program.Length,
                Instructions = (ulong)instructions,
                License = (ulong)license,
            };
            return new SafeFileHandle((int)bpf((nint)SystemCall.bpf, BpfCommand.BPF_PROG_LOAD, &attributes, sizeof(BpfLoadAttributes)), ownsHandle: true);
        }
    }

    /// <summary>bpf(2): the program holds for a cgroup as long as that is there.</summary>
    public static int AttachDeviceProgram(SafeFileHandle cgroup, SafeFileHandle program)
    {
        BpfAttachAttributes attributes = new()
        {
            Target = (uint)cgroup.Descriptor(),
            Program = (uint)program.Descriptor(),
            Type = BpfAttachAttributes.BPF_CGROUP_DEVICE,
            Flags = BpfAttachAttributes.BPF_F_ALLOW_MULTI,
        };
        return (int)bpf((nint)SystemCall.bpf, BpfCommand.BPF_PROG_ATTACH, &attributes, sizeof(BpfAttachAttributes));
    }
}
