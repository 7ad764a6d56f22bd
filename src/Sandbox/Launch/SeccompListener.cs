using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Plan;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Hands the listener of a command's filter to who waits for it, as the OCI runtime specification says: a connection that
/// carries one container process state, and with it the descriptor.
/// </summary>
internal static class SeccompListener
{
    /// <summary>Takes the listener from the child and passes it on; until then the first call that it is asked about waits.</summary>
    /// <param name="state">Writes the container process state for the PID of the command.</param>
    public static void PassOn(SafeFileHandle socket, SandboxProcess process, ListenerChoice listener, Func<int, string> state)
    {
        using SafeFileHandle? descriptor = Libc.ReceiveDescriptor(socket);
        if (descriptor is null)
        {
            process.Kill();

            // A launch that failed has said why.
            process.Wait();
            throw new SandboxException("cannot take the listener of the seccomp filter", "the sandbox ended before it came");
        }

        Send(descriptor, listener.Path, Encoding.UTF8.GetBytes(state(CommandOf(process.Pid))));
    }

    /// <summary>Hands a listener to the agent at a path, with the container process state.</summary>
    public static void Send(SafeFileHandle descriptor, string path, ReadOnlySpan<byte> state)
    {
        using SafeFileHandle stream = Libc.ConnectUnix(path)
            ?? throw SandboxException.FromLastError($"cannot reach the seccomp agent at {path}", "listenerPath of the profile must name a unix socket that somebody listens at");

        // In one piece: the descriptor comes with the first byte, and no signal cuts a short message in two.
        if (Libc.SendDescriptor(stream.Descriptor(), state, descriptor.Descriptor()) != state.Length)
        {
            throw SandboxException.FromLastError($"cannot hand the seccomp agent at {path} its listener");
        }
    }

    /// <summary>The PID of the command, the first child of PID 1; that one's own where the kernel does not list children (CONFIG_PROC_CHILDREN).</summary>
    private static int CommandOf(int init)
    {
        string children = TextFile.TryRead($"/proc/{init}/task/{init}/children") ?? "";
        return int.TryParse(children.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int command) ? command : init;
    }
}
