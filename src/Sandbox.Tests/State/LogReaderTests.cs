using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.State;

/// <summary>Who reads a log is not kept by a command that writes on and on.</summary>
public class LogReaderTests
{
    private const int Enough = 1000;

    [Test]
    public async Task What_comes_while_it_is_read_waits_for_the_next_reading()
    {
        using WorkDirectory work = new();
        (int first, int second) = Read(work, most: long.MaxValue);
        await Assert.That((first, second)).IsEqualTo((1, 1));
    }

    /// <summary>With each record the log becomes full, and begins anew.</summary>
    [Test]
    public async Task Nor_do_changes_of_files_keep_it()
    {
        using WorkDirectory work = new();
        (int first, int second) = Read(work, most: 0);
        await Assert.That(first + second).IsLessThan(Enough);
    }

    /// <summary>The records of two readings, where each record that is handed over brings another.</summary>
    private static unsafe (int First, int Second) Read(WorkDirectory work, long most)
    {
        using SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, work.Path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        using LogWriter writer = new(directory, most);
        byte[] room = new byte[LogRecord.LongestHead + LogRecord.LongestText];
        void Write()
        {
            fixed (byte* start = room)
            {
                writer.Add(start, LogRecord.LongestText, 1);
            }
        }

        Write();
        int count = 0;
        using LogReader reader = new(directory);
        void Take(LogRecord record, ReadOnlySpan<byte> text)
        {
            if (++count < Enough)
            {
                Write();
            }
        }

        reader.Read(Take);
        int first = count;
        reader.Read(Take);
        return (first, count - first);
    }
}
