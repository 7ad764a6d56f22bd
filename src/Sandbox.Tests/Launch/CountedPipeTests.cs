using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Launch;

/// <summary>The launcher has signals and limits to look after: no command that writes on and on keeps it at its output.</summary>
public class CountedPipeTests
{
    [Test]
    public async Task A_turn_ends_though_there_is_more()
    {
        const int large = 1 << 20;
        using SafeFileHandle nothing = Libc.openat(Libc.AT_FDCWD, "/dev/null", OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC, 0);
        using OutputBudget budget = new(large);
        using CountedPipe pipe = new((int)nothing.DangerousGetHandle());
        Flood.Resize(pipe.Entry, large);
        Flood.Write(pipe.Entry, large);
        pipe.Move(budget);
        await Assert.That(budget.Take(large)).IsGreaterThan(0).And.IsLessThan(large);
    }

    /// <summary>A command may have given its end to another sandbox, which goes on.</summary>
    [Test]
    public async Task What_others_write_after_the_end_is_not_read()
    {
        Pipe target = Pipe.Open();
        using SafeFileHandle reading = target.Read, writing = target.Write;
        using Pipe noSignals = Pipe.Open();
        using OutputBudget budget = new(ulong.MaxValue);
        using CountedPipe pipe = new((int)writing.DangerousGetHandle());
        using Flood flood = new(pipe.Entry, Both(reading));
        pipe.Finish(budget, noSignals.Read);
        await Assert.That(flood.Stop()).IsLessThan(Flood.Pieces);
    }

    /// <summary>The end of a pipe that is open already, opened anew for reading and writing.</summary>
    private static SafeFileHandle Both(SafeFileHandle end) =>
        Libc.openat(Libc.AT_FDCWD, $"/proc/self/fd/{end.DangerousGetHandle()}", OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
}
