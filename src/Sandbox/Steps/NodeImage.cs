using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>A node as <see cref="StepKind.MakeNode"/> makes it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NodeImage
{
    /// <summary>Type and permission bits.</summary>
    public uint Mode;

    /// <summary>As mknod(2) takes it; its two halves as statx(2) gives them are behind.</summary>
    public uint Device;

    public uint Major;

    public uint Minor;

    public uint Uid;

    public uint Gid;
}
