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

    /// <summary>With each record the log becomes full, and begins anew: the first file is neither of the two any more.</summary>
    [Test]
    public async Task What_is_still_there_is_not_passed_over()
    {
        using WorkDirectory work = new();
        using SafeFileHandle directory = Open(work);
        using LogWriter writer = new(directory, 0);
        using LogReader reader = Read(directory, writer, out int first);
        Add(writer);
        Add(writer);
        int second = 0;
        reader.Read((_, _) => second++);
        await Assert.That((first, second)).IsEqualTo((1, 2));
    }

    /// <summary>Something else has the name of the log: there is no room, and later there is.</summary>
    [Test]
    public async Task A_log_that_could_not_be_made_is_made_later()
    {
        using WorkDirectory work = new();
        work.Make("log");
        using SafeFileHandle directory = Open(work);
        using LogWriter writer = new(directory, long.MaxValue);
        using LogReader reader = Read(directory, writer, out int read);
        await Assert.That(read).IsEqualTo(1);
    }

    private static SafeFileHandle Open(WorkDirectory work) =>
        Libc.openat(Libc.AT_FDCWD, work.Path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);

    /// <summary>Reads the first record.</summary>
    private static LogReader Read(SafeFileHandle directory, LogWriter writer, out int count)
    {
        Add(writer);
        LogReader reader = new(directory);
        int read = 0;
        reader.Read((_, _) => read++);
        count = read;
        return reader;
    }

    private static unsafe void Add(LogWriter writer)
    {
        fixed (byte* start = new byte[LogRecord.LongestHead + LogRecord.LongestText])
        {
            writer.Add(start, LogRecord.LongestText, 1);
        }
    }

    /// <summary>The records of two readings, where each record that is handed over brings another.</summary>
    private static (int First, int Second) Read(WorkDirectory work, long most)
    {
        using SafeFileHandle directory = Open(work);
        using LogWriter writer = new(directory, most);
        Add(writer);
        int count = 0;
        using LogReader reader = new(directory);
        void Take(LogRecord record, ReadOnlySpan<byte> text)
        {
            if (++count < Enough)
            {
                Add(writer);
            }
        }

        reader.Read(Take);
        int first = count;
        reader.Read(Take);
        return (first, count - first);
    }
}
