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
