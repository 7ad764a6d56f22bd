namespace Sandbox.Seccomp;

/// <summary>What tells one ABI from another in a filter.</summary>
internal static class AbiFacts
{
    /// <summary>Marks a system call number as one of x32 (__X32_SYSCALL_BIT).</summary>
    public const uint X32Bit = 0x4000_0000;

    /// <summary>The ABIs that a kernel of the machine offers, its own first.</summary>
    public static ReadOnlySpan<Abi> OfMachine(Abi native) =>
        native == Abi.Arm64 ? [Abi.Arm64] : [Abi.X64, Abi.I386, Abi.X32];

    /// <summary>AUDIT_ARCH_* of linux/audit.h: the kernel tells x32 from x86-64 by the number alone.</summary>
    public static uint AuditArchitecture(this Abi abi) => abi switch
    {
        Abi.I386 => 0x4000_0003,
        Abi.Arm64 => 0xC000_00B7,
        _ => 0xC000_003E,
    };

    /// <summary>What is added to the numbers of the table.</summary>
    public static uint NumberBase(this Abi abi) => abi == Abi.X32 ? X32Bit : 0;

    /// <summary>Arguments are 32 bits wide: rules look at no more of them.</summary>
    public static bool HasNarrowArguments(this Abi abi) => abi is Abi.I386 or Abi.X32;

    /// <summary>The name in profiles, as libseccomp has it.</summary>
    public static string ProfileName(this Abi abi) => abi switch
    {
        Abi.I386 => "SCMP_ARCH_X86",
        Abi.X32 => "SCMP_ARCH_X32",
        Abi.Arm64 => "SCMP_ARCH_AARCH64",
        _ => "SCMP_ARCH_X86_64",
    };

    /// <summary>The name that people use.</summary>
    public static string DisplayName(this Abi abi) => abi switch
    {
        Abi.I386 => "i386",
        Abi.X32 => "x32",
        Abi.Arm64 => "arm64",
        _ => "x86-64",
    };

    /// <summary>The name in the "arches" of Docker's includes and excludes, which is Go's.</summary>
    public static string GoName(this Abi abi) => abi == Abi.Arm64 ? "arm64" : "amd64";

    /// <summary>The kernel's table of the ABI.</summary>
    public static ReadOnlySpan<byte> Calls(this Abi abi) => abi switch
    {
        Abi.I386 => I386Calls.Calls,
        Abi.X32 => X32Calls.Calls,
        Abi.Arm64 => Arm64Calls.Calls,
        _ => X64Calls.Calls,
    };
}
