using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Syscalls;

/// <summary>Whoever speaks over a socket cannot fill this process with descriptors that nobody asked for.</summary>
public class ReceiveTests
{
    [Test]
    [Arguments("x", 1, 1)]
    [Arguments("x", 2, 1)]
    [Arguments("x", 20, 1)]
    [Arguments("x", 0, 0)]
    [Arguments("", 1, 0)]
    [Arguments("", 2, 0)]
    public async Task Of_a_message_one_descriptor_is_taken_and_no_other_stays_open(string text, int sent, int kept)
    {
        using WorkDirectory work = new();
        File.WriteAllText(work.In("passed"), "");
        using SafeFileHandle listening = Libc.ListenUnix(work.In("socket"), SocketType.SOCK_SEQPACKET)!;
        Task<string> sending = Command.Tool("python3", "-c", """
            import socket, sys
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            peer.connect(sys.argv[1])
            with open(sys.argv[2]) as passed:
                rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, b"".join(passed.fileno().to_bytes(4, "little") for _ in range(int(sys.argv[4]))))
                peer.sendmsg([sys.argv[3].encode()], [rights] if int(sys.argv[4]) else [])
            """, work.In("socket"), work.In("passed"), text, sent.ToString());
        await Assert.That(Libc.AwaitReadable(listening, -1)).IsTrue();
        using SafeFileHandle connected = Libc.Accept(listening)!;
        await sending;
        using SafeFileHandle? descriptor = Libc.ReceiveDescriptor(connected);
        await Assert.That(descriptor is null).IsEqualTo(kept == 0);
        await Assert.That(Directory.EnumerateFiles("/proc/self/fd").Count(number => new FileInfo(number).LinkTarget == work.In("passed"))).IsEqualTo(kept);
    }
}
