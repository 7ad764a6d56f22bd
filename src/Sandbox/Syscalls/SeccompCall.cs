using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Operations of seccomp(2).</summary>
internal enum SeccompOperation
{
    SECCOMP_SET_MODE_STRICT = 0,
    SECCOMP_SET_MODE_FILTER = 1,
    SECCOMP_GET_ACTION_AVAIL = 2,
}

/// <summary>struct sock_fprog of seccomp(2): a program and its length in instructions.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FilterProgram
{
    public ushort Length;
    public nint Instructions;
}
