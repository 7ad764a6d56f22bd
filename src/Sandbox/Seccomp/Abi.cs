namespace Sandbox.Seccomp;

/// <summary>A way to enter the kernel, with system call numbers of its own.</summary>
internal enum Abi
{
    X64,
    I386,
    X32,
    Arm64,
}
