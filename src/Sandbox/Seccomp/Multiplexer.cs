namespace Sandbox.Seccomp;

/// <summary>
/// The calls that i386 also reaches through socketcall(2) and ipc(2). Their arguments lie behind a pointer, out of a
/// filter's sight: a rule for such a call admits it there whatever its conditions on the first argument are, as libseccomp
/// has it. Only a profile that refuses the multiplexer itself closes that door.
/// </summary>
internal static class Multiplexer
{
    private const string Sockets = "socketcall";
    private const string Ipc = "ipc";

    /// <summary>The multiplexer that a call is reached through, and what its first argument is then (linux/net.h, linux/ipc.h).</summary>
    public static (string Name, uint Operation)? Of(string call) => call switch
    {
        "socket" => (Sockets, 1),
        "bind" => (Sockets, 2),
        "connect" => (Sockets, 3),
        "listen" => (Sockets, 4),
        "accept" => (Sockets, 5),
        "getsockname" => (Sockets, 6),
        "getpeername" => (Sockets, 7),
        "socketpair" => (Sockets, 8),
        "send" => (Sockets, 9),
        "recv" => (Sockets, 10),
        "sendto" => (Sockets, 11),
        "recvfrom" => (Sockets, 12),
        "shutdown" => (Sockets, 13),
        "setsockopt" => (Sockets, 14),
        "getsockopt" => (Sockets, 15),
        "sendmsg" => (Sockets, 16),
        "recvmsg" => (Sockets, 17),
        "accept4" => (Sockets, 18),
        "recvmmsg" => (Sockets, 19),
        "sendmmsg" => (Sockets, 20),
        "semop" => (Ipc, 1),
        "semget" => (Ipc, 2),
        "semctl" => (Ipc, 3),
        "semtimedop" => (Ipc, 4),
        "msgsnd" => (Ipc, 11),
        "msgrcv" => (Ipc, 12),
        "msgget" => (Ipc, 13),
        "msgctl" => (Ipc, 14),
        "shmat" => (Ipc, 21),
        "shmdt" => (Ipc, 22),
        "shmget" => (Ipc, 23),
        "shmctl" => (Ipc, 24),
        _ => null,
    };
}
