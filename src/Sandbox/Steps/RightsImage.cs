using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>Whose rights to a file <see cref="StepKind.ProveRights"/> looks at: a user's, with what is left of capabilities.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RightsImage
{
    public uint Uid;

    public uint Gid;

    /// <summary>Bit n is capability n.</summary>
    public ulong Effective;
}
