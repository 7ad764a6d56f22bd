namespace Sandbox.Seccomp;

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
