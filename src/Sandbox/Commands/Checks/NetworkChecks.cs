using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What networks of a sandbox's own are made of: sockets in a new network namespace, and tun devices.</summary>
internal static class NetworkChecks
{
    private const int AF_INET6 = 10, AF_NETLINK = 16, AF_PACKET = 17;

    public static IEnumerable<CheckRow> Try(SandboxIds ids)
    {
        CloneFlags user = ids.Maps.HasUserNamespace ? CloneFlags.CLONE_NEWUSER : CloneFlags.None;
        Attempt attempt = new(ids.OfSandbox, user | CloneFlags.CLONE_NEWNET);
        (string Name, AddressFamily Family)[] families =
            [("AF_INET", AddressFamily.AF_INET), ("AF_INET6", (AddressFamily)AF_INET6), ("AF_NETLINK", (AddressFamily)AF_NETLINK), ("AF_PACKET", (AddressFamily)AF_PACKET)];
        foreach ((string name, AddressFamily family) in families)
        {
            yield return CheckRow.Of("network: " + name, () => Open(attempt, name, program => program.Socket(family, family == AddressFamily.AF_INET ? SocketType.SOCK_STREAM : SocketType.SOCK_DGRAM)));
        }

        yield return CheckRow.Of("network: tun", () => Open(attempt, "/dev/net/tun", static program => program.Open("/dev/net/tun", OpenFlags.O_RDWR)));
    }

    private static string Open(Attempt attempt, string name, Action<ProgramBuilder> step)
    {
        attempt.Run(program =>
        {
            program.For($"open {name}", static errno => errno switch
            {
                Errno.ENODEV or Errno.ENOENT or Errno.ENXIO => "as root: modprobe tun",
                Errno.EAFNOSUPPORT => "the kernel lacks this family, or has it as a module that is not loaded",
                _ => null,
            });
            step(program);
        });
        return "works";
    }
}
