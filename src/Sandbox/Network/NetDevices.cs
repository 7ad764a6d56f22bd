using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Network;

/// <summary>
/// Moves network devices of this process's network namespace into another's ("linux.netDevices"). The kernel keeps what
/// belongs to the device, and forgets its addresses: the global ones are given to it anew.
/// </summary>
internal static class NetDevices
{
    /// <param name="devices">The name of each here and there.</param>
    /// <param name="pid">A process of the other namespace, which keeps its number meanwhile.</param>
    public static void Move(IReadOnlyList<(string HostName, string Name)> devices, int pid)
    {
        if (devices.Count == 0)
        {
            return;
        }

        using RouteSocket here = new();
        using RouteSocket there = OpenIn(pid);
        List<int> links = [];
        foreach ((string hostName, string name) in devices)
        {
            links.Add(Find(here, there, hostName, name));
        }

        for (int i = 0; i < links.Count; i++)
        {
            Move(here, there, links[i], devices[i].HostName, devices[i].Name, pid);
        }
    }

    /// <summary>
    /// The number of a device that can be moved. All are looked for before the first one is moved: what has been can come
    /// to an end with the namespace, and the kernel sees only after the move that the name there is taken.
    /// </summary>
    private static int Find(RouteSocket here, RouteSocket there, string hostName, string name)
    {
        int link = here.FindLink(hostName) ?? throw new SandboxException(What(hostName), "there is no such device");
        return there.FindLink(name) is null
            ? link
            : throw new SandboxException(What(hostName), $"the container has a device {name} already", "give it another name in linux.netDevices");
    }

    private static string What(string hostName) => $"cannot move the network device {hostName} into the container";

    private static void Move(RouteSocket here, RouteSocket there, int link, string hostName, string name, int pid)
    {
        string what = What(hostName);
        List<byte[]> addresses = here.Addresses(link);
        here.Change(
            RouteMessage.OfLink(RouteKind.RTM_NEWLINK, RouteFlags.NLM_F_ACK, link).Add(RouteAttribute.IFLA_NET_NS_PID, pid).Add(RouteAttribute.IFLA_IFNAME, name),
            what);
        int moved = there.FindLink(name) ?? throw new SandboxException(what, "it is not there afterwards");
        foreach (byte[] address in addresses)
        {
            if (IsGlobal(address))
            {
                there.Change(Given(address, moved), $"cannot give the network device {name} its address");
            }
        }

        there.BringUp(moved, $"cannot bring the network device {name} up");
    }

    /// <summary>RT_SCOPE_UNIVERSE; the others come by themselves.</summary>
    private static bool IsGlobal(byte[] address)
    {
        const int offsetOfScope = 3;
        return address[offsetOfScope] == 0;
    }

    /// <summary>The same address for another link. Its label has the old name in it.</summary>
    private static RouteMessage Given(byte[] address, int link)
    {
        const int sizeOfBody = 8, offsetOfIndex = 4;
        byte[] body = address[..sizeOfBody];
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(offsetOfIndex), link);
        RouteMessage message = RouteMessage.OfAddress(
            RouteKind.RTM_NEWADDR, RouteFlags.NLM_F_ACK | RouteFlags.NLM_F_CREATE | RouteFlags.NLM_F_EXCL, body);
        int at = sizeOfBody;
        while (at + 4 <= address.Length)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(address.AsSpan(at));
            ushort kind = BinaryPrimitives.ReadUInt16LittleEndian(address.AsSpan(at + 2));
            if (length < 4)
            {
                break;
            }

            if (kind != (ushort)RouteAttribute.IFA_LABEL)
            {
                message.Add(kind, address.AsSpan(at + 4, length - 4));
            }

            at += (length + 3) & ~3;
        }

        return message;
    }

    /// <summary>A socket belongs to the namespace in which it was made: this thread is there for that long only.</summary>
    private static RouteSocket OpenIn(int pid)
    {
        using SafeFileHandle own = OpenNamespace("/proc/thread-self/ns/net");
        using SafeFileHandle other = OpenNamespace($"/proc/{pid}/ns/net");
        Enter(other);
        try
        {
            return new RouteSocket();
        }
        finally
        {
            Enter(own);
        }
    }

    private static SafeFileHandle OpenNamespace(string path)
    {
        SafeFileHandle space = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        return space.IsInvalid ? throw SandboxException.FromLastError($"cannot open the network namespace {path}") : space;
    }

    private static void Enter(SafeFileHandle space)
    {
        if (Libc.setns(space, (int)CloneFlags.CLONE_NEWNET) != 0)
        {
            throw SandboxException.FromLastError("cannot enter the container's network namespace", "only the machine's root can move network devices");
        }
    }
}
