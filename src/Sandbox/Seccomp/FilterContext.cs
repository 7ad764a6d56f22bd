using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>What a filter is compiled for: machine, bounding set and kernel.</summary>
/// <param name="Machine">The machine's own ABI.</param>
/// <param name="Capabilities">The bounding set, a bit for each capability.</param>
/// <param name="Kernel">The running kernel.</param>
internal readonly record struct FilterContext(Abi Machine, ulong Capabilities, KernelVersion Kernel)
{
    public bool Holds(Capability capability) => (Capabilities >> (int)capability & 1) != 0;
}
