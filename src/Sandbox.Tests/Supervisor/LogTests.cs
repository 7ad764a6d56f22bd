using System.Text.Json;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Supervisor;

/// <summary>What a detached command writes is kept, as long as there is room for it, and never keeps the command waiting.</summary>
public class LogTests
{
    [Test]
    public async Task Another_user_can_write_to_it_by_the_names_of_the_descriptors()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("echo by name >/dev/stdout; sleep 1000", "-u", "nobody");
        await sandbox.LogContains("by name");
    }

    [Test]
    public async Task The_two_streams_are_told_apart()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("echo out; echo err >&2; echo more");
        await sandbox.Do("wait");
        CommandResult logs = await sandbox.Do("logs");
        await Assert.That(logs.Output).IsEqualTo("out\nmore\n");
        await Assert.That(logs.Error).IsEqualTo("err\n");
    }

    [Test]
    public async Task What_goes_to_a_terminal_is_kept_too()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("tty; echo err >&2", "-t");
        await sandbox.Do("wait");
        await Assert.That((await sandbox.Do("logs")).Output).IsEqualTo("/dev/pts/0\r\nerr\r\n");
    }

    [Test]
    public async Task Each_line_has_its_time()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("printf 'a\\nb\\n'");
        await sandbox.Do("wait");
        string[] lines = (await sandbox.Do("logs", "-t")).Output.TrimEnd('\n').Split('\n');
        await Assert.That(lines.Select(line => line.Split(' ')[1])).IsEquivalentTo(["a", "b"]);
        await Assert.That(DateTimeOffset.Parse(lines[0].Split(' ')[0])).IsBetween(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        string[] objects = (await sandbox.Do("logs", "--json")).Output.TrimEnd('\n').Split('\n');
        await Assert.That(objects.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Text").GetString()!)).IsEquivalentTo(["a", "b"]);
    }

    /// <summary>A character that is written in two halves, and text that is no UTF-8, would come out as question marks.</summary>
    [Test]
    public async Task Lines_with_their_time_are_the_bytes_that_came()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("printf '\\303'; while [ ! -e /tmp/go ]; do sleep 0.01; done; printf '\\251\\n\\377\\n'");
        await sandbox.LogContains("\uFFFD");
        await sandbox.LetGo();
        await sandbox.Do("wait");
        CommandResult bytes = await Command.Run("sh", ["-c", "\"$0\" logs -t --root \"$1\" \"$2\" | cut -d' ' -f2 | od -An -tx1", Repository.Executable, Inside.Store, sandbox.Name]);
        await Assert.That(bytes.Output).IsEqualTo(" 75 70 0a c3 a9 0a ff 0a\n");
    }

    /// <summary>Text in JSON is characters: each half of one would come out as a question mark, and so does only what is none in the end.</summary>
    [Test]
    public async Task A_character_that_came_in_two_pieces_is_one_in_JSON()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("printf 'a\\303'; while [ ! -e /tmp/go ]; do sleep 0.01; done; printf '\\251b\\n\\342\\202'");
        await sandbox.LogContains("a\uFFFD");
        await sandbox.LetGo();
        await sandbox.Do("wait");
        string[] lines = (await sandbox.Do("logs", "--json")).Output.TrimEnd('\n').Split('\n');
        await Assert.That(lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Text").GetString()!)).IsEquivalentTo(["up", "a", "\u00E9b", "\uFFFD"]);
    }

    /// <summary>What is on the disk would be taken for all that was written.</summary>
    [Test]
    [Arguments("logs")]
    [Arguments("logs --json")]
    public async Task A_disk_that_is_full_is_told(string verb)
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await Command.Run("sh", ["-c", $"\"$0\" {verb} --root \"$1\" \"$2\" >/dev/full", Repository.Executable, Inside.Store, sandbox.Name]);
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo(
            (125, "sandbox: cannot write to standard output: No space left on device\nhint: the file system there is full, of bytes or of files: 'df' and 'df -i' tell which\n"));
    }

    [Test]
    [Arguments("0", "")]
    [Arguments("1", "5\n")]
    [Arguments("3", "3\n4\n5\n")]
    [Arguments("100", "1\n2\n3\n4\n5\n")]
    public async Task The_last_lines_can_be_had_alone(string lines, string expected)
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("for i in 1 2 3 4 5; do echo $i; done");
        await sandbox.Do("wait");
        await Assert.That((await sandbox.Do("logs", "--tail", lines)).Output).IsEqualTo(expected);
    }

    [Test]
    public async Task Following_ends_with_the_sandbox_and_misses_nothing()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("while [ ! -e /tmp/go ]; do sleep 0.01; done; for i in $(seq 500); do echo $i; done");
        using RunningSandbox following = await Follow(sandbox);
        await sandbox.LetGo();
        List<string> lines = [];
        while (await following.Line() is { } line)
        {
            lines.Add(line);
        }

        await Assert.That(string.Join(' ', lines)).IsEqualTo(string.Join(' ', Enumerable.Range(1, 500)));
        await Assert.That(await following.End()).IsEqualTo(0);
    }

    [Test]
    public async Task Following_ends_when_the_supervisor_is_killed()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        using RunningSandbox following = await Follow(sandbox);
        Sandbox.Syscalls.Libc.kill(await sandbox.SupervisorPid(), Sandbox.Syscalls.Signal.SIGKILL);
        await Assert.That(await following.Line()).IsNull();
        await Assert.That(await following.End()).IsEqualTo(0);
    }

    /// <summary>The instances of inotify(7) are a user's, and so the command's to use up. Here there is none from the beginning.</summary>
    [Test]
    public async Task Following_needs_nothing_that_a_sandbox_can_use_up()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("while [ ! -e /tmp/go ]; do sleep 0.01; done; echo last");
        Task<CommandResult> following = Command.Run(
            "unshare", ["--user", "--map-root-user", "sh", "-c", "echo 0 >/proc/sys/user/max_inotify_instances; exec \"$@\"", "sh", Repository.Executable, "logs", "-f", "--root", Inside.Store, sandbox.Name]);
        await sandbox.LetGo();
        CommandResult result = await following;
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((0, "up\nlast\n", ""));
    }

    /// <summary>A thousand times the bound: the log stays within it, the command comes to its end, and the last of it is kept.</summary>
    [Test]
    public async Task A_command_that_writes_gigabytes_fills_no_disk_and_is_not_blocked()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("dd if=/dev/zero bs=1M count=2048 2>/dev/null; echo last", "--log-size", "2m");
        Task<CommandResult> waiting = Command.Run(Repository.Executable, ["wait", "--root", Inside.Store, sandbox.Name], timeout: 4 * Command.Patience);
        long largest = 0;
        while (!waiting.IsCompleted)
        {
            largest = Math.Max(largest, Size(sandbox));
            await Task.Yield();
        }

        await Assert.That((await waiting).Output).IsEqualTo("0\n");
        await Assert.That(largest).IsBetween(1, 2 << 20);
        await Assert.That((await sandbox.Do("logs", "--tail", "1")).Output).EndsWith("last\n");
    }

    [Test]
    public async Task Rotation_loses_only_the_oldest()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("seq 100000", "--log-size", "256k");
        await sandbox.Do("wait");
        string[] lines = (await sandbox.Do("logs")).Output.TrimEnd('\n').Split('\n');
        int first = int.Parse(lines[1]);
        await Assert.That(lines[1..].Select(int.Parse)).IsEquivalentTo(Enumerable.Range(first, 100000 - first + 1));
        await Assert.That(lines.Length).IsBetween(10000, 99999);
    }

    /// <summary>Somebody who follows it, and has read the first line.</summary>
    private static async Task<RunningSandbox> Follow(DetachedSandbox sandbox)
    {
        RunningSandbox following = RunningSandbox.Launch("logs", "--root", Inside.Store, "-f", sandbox.Name);
        await Assert.That(await following.Line()).IsEqualTo("up");
        return following;
    }

    private static long Size(DetachedSandbox sandbox)
    {
        long size = 0;
        foreach (string file in (string[])["log", "log.1"])
        {
            FileInfo info = new(Path.Combine(sandbox.Directory, file));
            size += info.Exists ? info.Length : 0;
        }

        return size;
    }
}
