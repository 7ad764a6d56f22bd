using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>struct sockaddr_in of ip(7).</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct InternetAddress
{
    public ushort Family;

    /// <summary>In the order of the network.</summary>
    public ushort Port;

    public uint Address;
}
