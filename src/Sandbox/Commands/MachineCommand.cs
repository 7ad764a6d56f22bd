using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Boot;
using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox machine</c>: has the machine's manager run a command, and waits for its end.</summary>
internal static unsafe class MachineCommand
{
    private const string What = "cannot run a command on the machine";

    public static int Run(MachineOptions options)
    {
        byte[] words = Encoding.UTF8.GetBytes(string.Concat(options.Words.Select(static word => word + '\0')));
        if (words.Length > DoorGuest.LongestWords)
        {
            throw new SandboxException(What, "it has too many words");
        }

        // Its end is the end of the command.
        Sandboxes.LetSignalsEnd();
        using SafeFileHandle manager = Libc.ConnectUnix(MachineDoor.Socket, SocketType.SOCK_SEQPACKET)
            ?? throw SandboxException.FromLastError(What, $"a unit needs '--userns host -v {MachineDoor.Place}:{MachineDoor.Place}', and a machine whose init is sandbox");
        int socket = manager.Descriptor();
        byte code;
        return Libc.SendDescriptor(socket, [0], 0) > 0 && Libc.SendDescriptor(socket, [0], 1) > 0 && Libc.SendDescriptor(socket, words, 2) > 0 && Libc.read(socket, &code, 1) == 1
            ? code
            : throw new SandboxException(What, "the machine's manager does not answer", "only the machine's root may: '--userns host'");
    }
}
