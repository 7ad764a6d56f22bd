using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>What a signal handler needs to leave things in order. It lies outside of the runtime's heap, which a handler must not touch.</summary>
internal unsafe struct LastResort
{
    /// <summary>A pidfd of the sandbox, which signals go on to; -1 while there is none yet.</summary>
    public int Process;

    /// <summary>The signals that have come for it meanwhile, a bit each.</summary>
    public uint Held;

    /// <summary>The terminal whose modes were changed, and what they were before; -1 where none were.</summary>
    public int Terminal;

    public KernelTermios Modes;

    /// <summary>What was done about each signal before, by its number.</summary>
    public KernelSignalAction* Before;
}
