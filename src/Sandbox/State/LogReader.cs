using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>Reads a log from its oldest record on, across the change of files, and later what has come since.</summary>
internal sealed unsafe class LogReader : IDisposable
{
    private readonly SafeFileHandle _directory;
    private readonly byte[] _buffer = new byte[LogRecord.LongestHead + LogRecord.LongestText];
    private SafeFileHandle? _file;
    private long _place;

    /// <param name="directory">The sandbox's; it stays the caller's.</param>
    public LogReader(SafeFileHandle directory)
    {
        _directory = directory;
        _file = TryOpen(SandboxFiles.OlderLog) ?? TryOpen(SandboxFiles.Log);
    }

    /// <summary>
    /// Hands over the records that are there now. Not what comes meanwhile: a command that writes faster than its log is read
    /// would never let go of who reads it.
    /// </summary>
    public void Read(TakeLog take)
    {
        // There are two, and the one that is being read may be neither of them any more.
        const int most = 3;
        _file ??= TryOpen(SandboxFiles.Log);
        for (int files = 1; _file is not null; files++)
        {
            ReadFile(_file, take);
            if (files == most || IsNow(SandboxFiles.Log, _file))
            {
                return;
            }

            // Once more: between the end of the file and the look at its name there may have come a last record.
            ReadFile(_file, take);

            // In this order: the newer one follows it only where it is the older one still.
            SafeFileHandle? next = TryOpen(SandboxFiles.Log);
            if (!IsNow(SandboxFiles.OlderLog, _file) && TryOpen(SandboxFiles.OlderLog) is { } older)
            {
                next?.Dispose();
                next = older;
            }

            _file.Dispose();
            (_file, _place) = (next, 0);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void ReadFile(SafeFileHandle file, TakeLog take)
    {
        long end = Libc.statx(file, out Statx status) == 0 ? (long)status.Size : 0;
        while (_place < end)
        {
            nint length;
            fixed (byte* buffer = _buffer)
            {
                length = Libc.pread(file, buffer, _buffer.Length, _place);
            }

            ReadOnlySpan<byte> read = _buffer.AsSpan(0, (int)Math.Max(0, length));
            int used = 0;
            while (LogRecord.TryRead(read[used..], out LogRecord record, out int head) && head + record.Length <= read.Length - used)
            {
                take(record, read.Slice(used + head, record.Length));
                used += head + record.Length;
            }

            if (used == 0)
            {
                return;
            }

            _place += used;
        }
    }

    /// <summary>Whether a file is the one that has a name now, or had it last.</summary>
    private bool IsNow(string name, SafeFileHandle file) =>
        Libc.statx(_directory.Descriptor(), name, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx named) != 0
        || (Libc.statx(file, out Statx own) == 0 && own.Inode == named.Inode);

    private SafeFileHandle? TryOpen(string name)
    {
        SafeFileHandle file = Libc.openat(_directory.Descriptor(), name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
        if (!file.IsInvalid)
        {
            return file;
        }

        file.Dispose();
        return null;
    }
}
