using System.Buffers.Binary;
using Sandbox.Network;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>Brings network devices up.</summary>
internal static class BootNetwork
{
    /// <param name="address">As 10.0.2.15/24; null where it is to have none, or has its own.</param>
    public static void Raise(string device, string? address = null)
    {
        using RouteSocket socket = new();
        string what = $"cannot bring the network device {device} up";
        int link = socket.FindLink(device) ?? throw new SandboxException(what, "there is none of that name");
        socket.BringUp(link, what);
        if (address is not null && MachineConfigReader.TryParseAddress(address, out byte[] bytes, out byte prefix) && socket.Addresses(link).TrueForAll(static one => one[0] != (byte)AddressFamily.AF_INET))
        {
            // struct ifaddrmsg: family, length of the prefix, flags, scope, index.
            byte[] body = [(byte)AddressFamily.AF_INET, prefix, 0, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(4), link);
            socket.Change(
                RouteMessage.OfAddress(RouteKind.RTM_NEWADDR, RouteFlags.NLM_F_ACK | RouteFlags.NLM_F_CREATE | RouteFlags.NLM_F_EXCL, body)
                    .Add((ushort)RouteAttribute.IFA_LOCAL, bytes).Add((ushort)RouteAttribute.IFA_ADDRESS, bytes),
                $"cannot give {device} the address {address}");
        }
    }
}
