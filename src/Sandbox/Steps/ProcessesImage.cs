using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>Where the procfs of a PID namespace is to be had that the process itself is not in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProcessesImage
{
    /// <summary>The mount namespace of a process in there, and its root directory, by names of the host's /proc.</summary>
    public byte* Mounts;

    public byte* Root;

    /// <summary>Where it is beneath that root, and the kind of its file system.</summary>
    public byte* Name;

    /// <summary>The option of a new one that says whose processes it shows.</summary>
    public byte* Option;

    /// <summary>The PID namespace of its first process, by the name that it has beneath the procfs.</summary>
    public byte* First;
}
