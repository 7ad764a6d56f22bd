namespace Sandbox.Seccomp;

/// <summary>Operations of classic BPF that filters here are made of (linux/bpf_common.h).</summary>
internal enum BpfCode : ushort
{
    /// <summary>BPF_LD | BPF_W | BPF_ABS.</summary>
    Load = 0x20,

    /// <summary>BPF_ALU | BPF_AND | BPF_K.</summary>
    And = 0x54,

    /// <summary>BPF_JMP | BPF_JA.</summary>
    Jump = 0x05,

    /// <summary>BPF_JMP | BPF_JEQ | BPF_K.</summary>
    JumpIfEqual = 0x15,

    /// <summary>BPF_JMP | BPF_JGT | BPF_K.</summary>
    JumpIfGreater = 0x25,

    /// <summary>BPF_JMP | BPF_JGE | BPF_K.</summary>
    JumpIfGreaterOrEqual = 0x35,

    /// <summary>BPF_JMP | BPF_JSET | BPF_K.</summary>
    JumpIfAnySet = 0x45,

    /// <summary>BPF_RET | BPF_K.</summary>
    Return = 0x06,
}

/// <summary>struct sock_filter of linux/filter.h in the one word that it is in memory.</summary>
internal readonly record struct BpfInstruction(ulong Word)
{
    public BpfInstruction(BpfCode code, uint operand, byte ifTrue = 0, byte ifFalse = 0)
        : this((ushort)code | ((ulong)ifTrue << 16) | ((ulong)ifFalse << 24) | ((ulong)operand << 32))
    {
    }

    public BpfCode Code => (BpfCode)(ushort)Word;

    /// <summary>How many instructions a jump passes over when its test holds.</summary>
    public byte IfTrue => (byte)(Word >> 16);

    public byte IfFalse => (byte)(Word >> 24);

    public uint Operand => (uint)(Word >> 32);
}

/// <summary>Where the fields of struct seccomp_data lie, which a filter looks at.</summary>
internal static class SeccompData
{
    public const uint Number = 0;
    public const uint Architecture = 4;

    public static uint LowHalfOf(int argument) => 16 + (8 * (uint)argument);

    public static uint HighHalfOf(int argument) => LowHalfOf(argument) + 4;
}
