using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>The ids of a user namespace below the one that its maps are written from, as uid_map and gid_map take them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IdMapImage
{
    public byte* Uids;

    public nint UidsLength;

    public byte* Gids;

    public nint GidsLength;
}
