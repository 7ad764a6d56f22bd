using Sandbox.Syscalls;
using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Launch;

/// <summary>
/// Whatever system call of a launch fails, sandbox says so in one line and nothing is left: no process, no mount, no
/// file in the store. Every call of every step is made to fail once.
/// </summary>
[Category(Category.Root)]
public class StepFailureTests
{
    /// <summary>What may fail without harm: what closing missed does not stay open over execve, and faccessat looks why a candidate was not executed.</summary>
    private static readonly SystemCall[] Harmless = [SystemCall.close, SystemCall.faccessat];

    /// <summary>PID 1 gives up its rights beside a command that has not ended by then.</summary>
    private static readonly string[] Lasting = ["sh", "-c", "until grep -q '^Seccomp:.2' /proc/1/status; do :; done"];

    [Test]
    public async Task Each_gives_an_error_of_its_own_and_leaves_nothing_behind()
    {
        // All that takes steps of its own: volumes of both kinds, a working directory, a read-only root, a user. The last word of
        // -e is for a launch without an early child: it anticipates steps, and what it cannot do they do.
        using WorkDirectory work = new();
        string store = work.In("store");
        string[] run =
        [
            Repository.Executable, "run", "-q", "--root", store,
            "-v", "/etc:/v:ro", "-v", "/etc/passwd:/new/file", "--tmpfs", "/t", "-w", "/work/here", "--read-only", "-u", "nobody", "-e", "X=host", Inside.Image, "--", .. Lasting,
        ];
        await Watch.Run(run);
        LaunchCall[] calls = await Watch.List(run);
        await Assert.That(calls.Length).IsGreaterThan(200);
        List<string> wrong = [];

        // That the command runs is told in vain when nobody listens any more; it is no part of the launch.
        int executed = Array.FindLastIndex(calls, call => call.Number == SystemCall.execve);
        IEnumerable<LaunchCall> steps = calls.Where((call, index) => index < executed || call.Number != SystemCall.write);
        await Parallel.ForEachAsync(steps, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (call, _) =>
        {
            CommandResult result = await Watch.Run(run, Watch.Failing(call, Errno.EIO));
            if (Judge(call, result) is { } complaint)
            {
                lock (wrong)
                {
                    wrong.Add($"{call}: {complaint}: {result.ExitCode} {result.Error}");
                }
            }
        });
        await Assert.That(string.Join('\n', wrong)).IsEqualTo("");
        await Assert.That(Leftovers(store)).IsEmpty();
    }

    [Test]
    public async Task Messages_name_what_could_not_be_done()
    {
        string[] run = [Repository.Executable, .. Inside.Words("-w", "/work"), .. Lasting];
        await Watch.Run(run);
        LaunchCall[] calls = await Watch.List(run);
        await Assert.That(await Message(run, calls.First(call => call.Number == SystemCall.setpgid)))
            .IsEqualTo("sandbox: cannot leave the launcher's process group: setpgid: Operation not permitted\n");
        await Assert.That(await Message(run, calls.First(call => call.Number == SystemCall.pivot_root)))
            .IsEqualTo("sandbox: cannot make the image the root directory: pivot_root: Operation not permitted\n");
        await Assert.That(await Message(run, calls.First(call => call.Number == SystemCall.sethostname)))
            .IsEqualTo("sandbox: cannot set the host name: sethostname: Operation not permitted\nhint: a seccomp filter forbids it, as in a unit with ProtectHostname=\n");
        await Assert.That(await Message(run, calls.Last(call => call.Number == SystemCall.seccomp)))
            .IsEqualTo("sandbox: cannot keep PID 1 out of the command's reach: seccomp: Operation not permitted\n");
    }

    private static async Task<string> Message(string[] run, LaunchCall call) => (await Watch.Run(run, Watch.Failing(call, Errno.EPERM))).Error;

    /// <summary>What is wrong with how a run ended, or null.</summary>
    private static string? Judge(LaunchCall call, CommandResult result)
    {
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return result.ExitCode switch
        {
            Watch.LeftBehind => "a process was left behind",
            0 when Harmless.Contains(call.Number) => null,
            not (125 or 126) => "the exit code is not sandbox's",
            _ when lines.Length is not (1 or 2) || !lines[0].StartsWith("sandbox: cannot ", StringComparison.Ordinal) => "it is not one line",
            _ when lines.Length == 2 && !lines[1].StartsWith("hint: ", StringComparison.Ordinal) => "the second line is no hint",
            _ => null,
        };
    }

    private static IEnumerable<string> Leftovers(string store) =>
        Directory.GetFileSystemEntries(Path.Combine(store, "scratch"))
            .Concat(Directory.GetFileSystemEntries(Path.Combine(store, "mnt")))
            .Concat(File.ReadLines("/proc/self/mountinfo").Where(mount => mount.Contains(store)));
}
