using System.Diagnostics;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Commands;

/// <summary>An archive on standard input may never come to its end: whoever gives up is obeyed at once.</summary>
public class InterruptedInputTests
{
    [Test]
    [Arguments("run", (int)Signal.SIGTERM)]
    [Arguments("run", (int)Signal.SIGINT)]
    [Arguments("run", (int)Signal.SIGHUP)]
    [Arguments("load", (int)Signal.SIGTERM)]
    [Category(Category.Root)]
    public async Task A_signal_ends_it_and_nothing_is_left(string verb, int signal)
    {
        using ImageScene scene = new();
        using Process process = Process.Start(new ProcessStartInfo(Repository.Executable, ["--root", scene.Store, verb, "-q", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;

        // With the first bytes in the store it is at work, and waits for more, which do not come.
        await process.StandardInput.BaseStream.WriteAsync(new byte[1000]);
        await process.StandardInput.BaseStream.FlushAsync();
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        while (!Spooled(scene.Store).Any(file => file.Length == 1000))
        {
            deadline.Token.ThrowIfCancellationRequested();
        }

        Libc.kill(process.Id, (Signal)signal);
        await Assert.That(await process.StandardError.ReadToEndAsync(deadline.Token)).IsEqualTo("sandbox: cannot unpack -: interrupted\n");
        await process.WaitForExitAsync(deadline.Token);
        await Assert.That(process.ExitCode).IsEqualTo(128 + signal);
        await Assert.That(scene.Left).IsEmpty();
    }

    private static IEnumerable<FileInfo> Spooled(string store)
    {
        try
        {
            return [.. new DirectoryInfo(Path.Combine(store, "tmp")).EnumerateFiles("archive", SearchOption.AllDirectories)];
        }
        catch (IOException)
        {
            // It is just being made.
            return [];
        }
    }
}
