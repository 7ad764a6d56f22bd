using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Kinds of messages of rtnetlink(7), and the two of netlink(7) itself that end an answer.</summary>
internal enum RouteKind : ushort
{
    NLMSG_ERROR = 2,
    NLMSG_DONE = 3,
    RTM_NEWLINK = 16,
    RTM_GETLINK = 18,
    RTM_NEWADDR = 20,
    RTM_GETADDR = 22,
}

/// <summary>Flags of messages of netlink(7).</summary>
[Flags]
internal enum RouteFlags : ushort
{
    None = 0,
    NLM_F_REQUEST = 0x001,
    NLM_F_ACK = 0x004,
    NLM_F_DUMP = 0x300,
    NLM_F_EXCL = 0x200,
    NLM_F_CREATE = 0x400,
}

/// <summary>Attributes of links and of addresses in rtnetlink(7).</summary>
internal enum RouteAttribute : ushort
{
    IFA_ADDRESS = 1,
    IFA_LOCAL = 2,
    IFA_LABEL = 3,
    IFLA_IFNAME = 3,
    IFLA_NET_NS_PID = 19,
}

/// <summary>Calls on the network's set-up, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>A socket of rtnetlink(7) in the network namespace of the calling thread, closed at exec.</summary>
    public static SafeFileHandle OpenRouteSocket() => new(socket(AddressFamily.AF_NETLINK, SocketType.SOCK_RAW | SocketType.SOCK_CLOEXEC, 0), ownsHandle: true);

    /// <summary>setns(2) of the calling thread; not for user and mount namespaces, which a process of many threads cannot change.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(SafeFileHandle space, int kind);
}
