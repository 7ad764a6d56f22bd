using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>The command as <see cref="StepKind.Execute"/> takes it: paths to try in turn, arguments and environment.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CommandImage
{
    /// <summary>NULL-terminated.</summary>
    public byte** Candidates;

    /// <summary>NULL-terminated.</summary>
    public byte** Arguments;

    /// <summary>NULL-terminated.</summary>
    public byte** Environment;

    /// <summary>Device and inode of sandbox's own executable, which must never run as the command.</summary>
    public ulong OwnDevice;

    public ulong OwnInode;

    /// <summary>The mount through which alone it counts; 0 for any.</summary>
    public ulong OwnMount;
}
