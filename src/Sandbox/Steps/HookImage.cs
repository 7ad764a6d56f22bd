using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>A hook as <see cref="StepKind.RunHook"/> takes it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HookImage
{
    public byte* Path;

    /// <summary>NULL-terminated.</summary>
    public byte** Arguments;

    /// <summary>NULL-terminated.</summary>
    public byte** Environment;

    /// <summary>Seconds; 0 for no limit.</summary>
    public long Timeout;

    /// <summary>What it reads: the container's state up to the number of its process.</summary>
    public byte* StateHead;

    public nint StateHeadLength;

    /// <summary>And behind it.</summary>
    public byte* StateTail;

    public nint StateTailLength;
}
