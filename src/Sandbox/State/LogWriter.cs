using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>
/// Writes what a command writes into two files of bounded size: when the newer one is full it takes the place of the
/// older. What cannot be written, as on a full disk, is lost, and what comes when there is room again is not; the command is
/// not kept waiting for either.
/// </summary>
internal sealed unsafe class LogWriter : IDisposable
{
    private const uint OwnersOnly = 0x180; // 0600

    private readonly SafeFileHandle _directory;
    private readonly long _mostOfOne;
    private SafeFileHandle _file;
    private long _size;

    /// <param name="directory">The sandbox's; it stays the caller's.</param>
    /// <param name="most">The size of both files together.</param>
    public LogWriter(SafeFileHandle directory, long most)
    {
        _directory = directory;
        _mostOfOne = Math.Max(most / 2, LogRecord.LongestHead + LogRecord.LongestText);
        _file = Create();
    }

    /// <summary>Adds a record.</summary>
    /// <param name="room">Memory in which <see cref="LogRecord.LongestHead"/> bytes are free before the text.</param>
    /// <param name="length">The length of the text behind them.</param>
    /// <param name="stream">1 for standard output, 2 for standard error.</param>
    public void Add(byte* room, int length, int stream)
    {
        int head = new LogRecord(Moment.Now, stream, length).Write(new Span<byte>(room, LogRecord.LongestHead));
        byte* first = room + LogRecord.LongestHead - head;
        nint whole = head + length;
        if (_size + whole > _mostOfOne || _file.IsInvalid)
        {
            Rotate();
        }

        nint written = Libc.write(_file.Descriptor(), first, whole);
        if (written == whole)
        {
            _size += whole;
        }
        else if (written > 0)
        {
            // Half a record would be taken for the end.
            _ = Libc.ftruncate(_file.Descriptor(), _size);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Rotate()
    {
        // Even where the name cannot be changed, the size must not grow.
        if (Libc.renameat(_directory, SandboxFiles.Log, _directory, SandboxFiles.OlderLog) != 0)
        {
            Libc.unlinkat(_directory, SandboxFiles.Log, AtFlags.None);
        }

        _file.Dispose();
        _file = Create();
        _size = 0;
    }

    private SafeFileHandle Create() => Libc.openat(
        _directory.Descriptor(), SandboxFiles.Log,
        OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_APPEND | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, OwnersOnly);
}
