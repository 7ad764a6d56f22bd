using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Supervisor;
using Sandbox.Syscalls;
using Sandbox.Tests.Launch;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Supervisor;

/// <summary>
/// A command may open its own pipe for reading, and take what its supervisor has just seen to be there: who lets others into
/// the sandbox must not wait for more. Nor must who ends with it.
/// </summary>
public class LogPumpTests
{
    [Test]
    public async Task What_the_command_takes_back_is_not_waited_for()
    {
        using WorkDirectory work = new();
        using OutputPipes pipes = new(terminal: false);
        Task moved = Task.Run(() => TakeBack(work, pipes));
        bool inTime = await Task.WhenAny(moved, Task.Delay(Command.Patience)) == moved;

        // Whoever waits is let go.
        pipes.CloseChilds();
        await moved;
        await Assert.That(inTime).IsTrue();
        await Assert.That(await File.ReadAllTextAsync(work.In(SandboxFiles.Log))).EndsWith(" 1 1\nb");
    }

    /// <summary>A command may have given its end to another sandbox, which goes on.</summary>
    [Test]
    public async Task What_others_write_after_the_end_is_not_read()
    {
        using WorkDirectory work = new();
        await work.Shell("mkfifo log");
        using SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, work.Path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        using SafeFileHandle log = Libc.openat(Libc.AT_FDCWD, work.In(SandboxFiles.Log), OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
        using OutputPipes pipes = new(terminal: false);
        using LogPump pump = new(pipes, new LogWriter(directory, long.MaxValue), budget: null);
        using Flood flood = new(pipes.Output!, log);
        pump.Finish();
        await Assert.That(flood.Stop()).IsLessThan(Flood.Pieces);
    }

    private static unsafe void TakeBack(WorkDirectory work, OutputPipes pipes)
    {
        using SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, work.Path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        using LogPump pump = new(pipes, new LogWriter(directory, 0), budget: null);
        PollDescriptor* polled = stackalloc PollDescriptor[LogPump.DescriptorCount];
        byte text = (byte)'a';
        _ = Libc.write((int)pipes.Output!.DangerousGetHandle(), &text, 1);
        pump.Await(polled);
        _ = Libc.poll(polled, LogPump.DescriptorCount, -1);
        _ = Libc.read(pipes.Read.Output!, &text, 1);
        pump.Move(polled);

        // It goes on reading all the same.
        text = (byte)'b';
        _ = Libc.write((int)pipes.Output.DangerousGetHandle(), &text, 1);
        pump.Finish();
    }
}
