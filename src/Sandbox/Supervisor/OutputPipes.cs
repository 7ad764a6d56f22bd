using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.Syscalls;

namespace Sandbox.Supervisor;

/// <summary>The pipes that a command without a terminal writes to, in the place of the caller's output; or the socket that its terminal comes over.</summary>
internal sealed class OutputPipes : IDisposable
{
    private readonly Pipe? _output;
    private readonly Pipe? _error;
    private readonly SocketPair? _console;

    /// <param name="terminal">Whether the command has a terminal.</param>
    public OutputPipes(bool terminal)
    {
        if (terminal)
        {
            _console = SocketPair.Open();
        }
        else
        {
            _output = Open();
            _error = Open();
        }
    }

    /// <summary>What the command gets as its standard output and error; null where it has a terminal.</summary>
    public SafeFileHandle? Output => _output?.Write;

    public SafeFileHandle? Error => _error?.Write;

    /// <summary>The socket that the child sends the terminal over; null where it has none.</summary>
    public SafeFileHandle? Console => _console?.Child;

    /// <summary>Where the supervisor reads; the last one is the socket of a terminal.</summary>
    public (SafeFileHandle? Output, SafeFileHandle? Error, SafeFileHandle? Console) Read => (_output?.Read, _error?.Read, _console?.Launcher);

    /// <summary>The child has its ends: with these open the end of what is written could not be seen.</summary>
    public void CloseChilds()
    {
        Output?.Dispose();
        Error?.Dispose();
        Console?.Dispose();
    }

    public void Dispose()
    {
        _output?.Dispose();
        _error?.Dispose();
        _console?.Dispose();
    }

    /// <summary>The command may open its end anew for reading and take what was just seen to be there: no read waits for more.</summary>
    private static Pipe Open()
    {
        Pipe pipe = Pipe.Open();
        PipeAccess.Open(pipe.Write);
        return Libc.SetNonBlocking(pipe.Read) == 0 ? pipe : throw SandboxException.FromLastError("cannot set up a pipe");
    }
}
