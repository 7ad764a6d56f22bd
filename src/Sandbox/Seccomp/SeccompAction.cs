using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>What a filter returns: one of SECCOMP_RET_* of linux/seccomp.h, with its data in the low 16 bits.</summary>
internal readonly record struct SeccompAction(uint Value)
{
    private const uint DataMask = 0xFFFF;

    public static SeccompAction KillProcess => new(0x8000_0000);

    public static SeccompAction KillThread => new(0x0000_0000);

    public static SeccompAction Trap => new(0x0003_0000);

    public static SeccompAction Notify => new(0x7FC0_0000);

    public static SeccompAction Log => new(0x7FFC_0000);

    public static SeccompAction Allow => new(0x7FFF_0000);

    /// <summary>The action without its data.</summary>
    public SeccompAction Kind => new(Value & ~DataMask);

    public ushort Data => (ushort)Value;

    /// <summary>Whether the call is carried out, or somebody else may say so.</summary>
    public bool MayHappen => this == Allow || this == Log || this == Notify || Kind == Trace(0);

    /// <summary>The call does not happen and fails with the number.</summary>
    public static SeccompAction Fail(Errno errno) => new(0x0005_0000 | (uint)(ushort)errno);

    /// <summary>A tracer is asked; without one the call fails with ENOSYS. The data is the tracer's message.</summary>
    public static SeccompAction Trace(ushort data) => new(0x7FF0_0000u | data);

    /// <summary>The action as profiles name it, with its data where it has some.</summary>
    public override string ToString()
    {
        string name = ProfileWords.NameOf(Kind);
        return Kind == Fail(Errno.None) ? $"{name}({(Errno)Data})"
            : Kind == Trace(0) ? $"{name}({Data})"
            : name;
    }
}
