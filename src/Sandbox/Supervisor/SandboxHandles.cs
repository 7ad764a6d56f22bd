using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Supervisor;

/// <summary>
/// What a supervisor hands over of its sandbox: descriptors, which mean this sandbox and no other, whatever numbers are
/// given anew meanwhile.
/// </summary>
/// <param name="Init">PID 1 (pidfd_open(2)).</param>
/// <param name="Namespaces">Those of PID 1.</param>
/// <param name="Cgroup">The directory of its cgroup; null where it has none of its own.</param>
internal sealed record SandboxHandles(SafeFileHandle Init, NamespaceFiles Namespaces, SafeFileHandle? Cgroup) : IDisposable
{
    /// <summary>A supervisor that was stopped does not answer; nobody has to wait for it.</summary>
    private const int LongestWait = 10_000;

    /// <summary>Asks the supervisor of a sandbox.</summary>
    /// <param name="what">What they are for: "enter".</param>
    public static SandboxHandles Ask(SandboxEntry sandbox, string what)
    {
        // By the descriptor of the directory: the path of a socket must be short.
        using SafeFileHandle? socket = Libc.ConnectUnix($"/proc/self/fd/{sandbox.Directory.Descriptor()}/{SandboxFiles.Socket}");
        if (socket is null || Libc.GetPeer(socket) is not { } peer || peer.Uid != Libc.geteuid())
        {
            throw new SandboxException($"cannot {what} sandbox {sandbox.Record.Name}", "its supervisor lets nobody in any more", "'sandbox ps -a' shows how far it is");
        }

        // A pidfd cannot be opened by its number on every kernel.
        SafeFileHandle init = Receive(socket, sandbox, what, _ => sandbox.Status.Init.TryOpen());
        NamespaceFiles? namespaces = null;
        try
        {
            namespaces = NamespaceFiles.Receive(() => Receive(socket, sandbox, what, number => Open(sandbox, number)));

            // Who comes in without a word about the cgroup would be beyond its limits.
            SafeFileHandle? cgroup = TryReceive(socket, number => Open(sandbox, number), out bool isNone, out bool silent);
            return cgroup is null && !isNone ? throw Unanswered(sandbox, what, silent) : new SandboxHandles(init, namespaces, cgroup);
        }
        catch
        {
            init.Dispose();
            namespaces?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Init.Dispose();
        Namespaces.Dispose();
        Cgroup?.Dispose();
    }

    private static SafeFileHandle Receive(SafeFileHandle socket, SandboxEntry sandbox, string what, Func<int, SafeFileHandle?> open) =>
        TryReceive(socket, open, out _, out bool silent) ?? throw Unanswered(sandbox, what, silent);

    private static SandboxException Unanswered(SandboxEntry sandbox, string what, bool silent) => new(
        $"cannot {what} sandbox {sandbox.Record.Name}", silent ? "its supervisor does not answer" : "it has ended",
        silent ? $"process {sandbox.Status.Supervisor.Pid} may be stopped; 'sandbox rm -f {sandbox.Record.Name}' ends it" : null,
        errno: silent ? Errno.ETIMEDOUT : Errno.None);

    private static SafeFileHandle? TryReceive(SafeFileHandle socket, Func<int, SafeFileHandle?> open, out bool isNone, out bool silent)
    {
        isNone = false;
        silent = !Libc.AwaitReadable(socket, LongestWait);
        return silent ? null : HandleMessage.TryReceive(socket, open, out isNone);
    }

    /// <summary>What has a number in the supervisor's table of descriptors; null where it cannot be opened, or the supervisor has ended.</summary>
    private static SafeFileHandle? Open(SandboxEntry sandbox, int number)
    {
        ProcessIdentity supervisor = sandbox.Status.Supervisor;
        SafeFileHandle opened = Libc.openat(Libc.AT_FDCWD, $"/proc/{supervisor.Pid}/fd/{number}", OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        if (!opened.IsInvalid && supervisor.IsAlive)
        {
            return opened;
        }

        opened.Dispose();
        return null;
    }
}
