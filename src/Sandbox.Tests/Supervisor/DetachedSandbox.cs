using System.Text.Json;
using Sandbox.Syscalls;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Supervisor;

/// <summary>A sandbox that goes on after the command that started it, and is gone with the test.</summary>
internal sealed class DetachedSandbox : IAsyncDisposable
{
    private DetachedSandbox(string name) => Name = name;

    public string Name { get; }

    /// <summary>Starts a shell script in one.</summary>
    public static async Task<DetachedSandbox> Start(string script, params string[] options)
    {
        string name = NewName();
        CommandResult result = await Run(name, ["sh", "-c", script], options);
        return result.ExitCode == 0 ? new DetachedSandbox(name) : throw new InvalidOperationException($"it ended with {result.ExitCode}: {result.Error}");
    }

    /// <summary>One of a command, started by a program with these words.</summary>
    public static async Task<DetachedSandbox> StartUnder(string[] starter, string[] command, params string[] options)
    {
        string name = NewName();
        string[] words = [.. starter, Repository.Executable, .. Inside.Words(["-d", "--name", name, .. options]), .. command];
        CommandResult result = await Command.Run(words[0], words[1..]);
        return result.ExitCode == 0 ? new DetachedSandbox(name) : throw new InvalidOperationException($"it ended with {result.ExitCode}: {result.Error}");
    }

    /// <summary>One whose script has printed "up".</summary>
    public static Task<DetachedSandbox> StartUp(string script, params string[] options) => StartPrepared(":", script, options);

    /// <summary>One whose script has done what it must have done before anybody looks, and has printed "up" then.</summary>
    public static async Task<DetachedSandbox> StartPrepared(string preparation, string script, params string[] options)
    {
        DetachedSandbox sandbox = await Start($"{preparation}; echo up; {script}", options);
        await sandbox.LogContains("up");
        return sandbox;
    }

    public static Task<CommandResult> Run(string name, string[] command, params string[] options) =>
        Command.Sandbox([.. Inside.Words(["-d", "--name", name, .. options]), .. command]);

    public static string NewName() => "t" + Guid.NewGuid().ToString("N");

    /// <summary>The directory of its state.</summary>
    public string Directory => Path.Combine(Inside.Store, "run", "sandboxes", Name);

    /// <summary>Runs a verb on it.</summary>
    public Task<CommandResult> Do(string verb, params string[] options) => Verb(verb, [.. options, Name]);

    /// <summary>Runs a verb over the store of the tests.</summary>
    public static Task<CommandResult> Verb(string verb, params string[] words) => Command.Sandbox([verb, "--root", Inside.Store, .. words]);

    /// <summary>Runs a command in it.</summary>
    public Task<CommandResult> Exec(string script, params string[] options) =>
        Command.Sandbox(["exec", "--root", Inside.Store, .. options, Name, "sh", "-c", script]);

    /// <summary>What a script prints in it that must succeed.</summary>
    public async Task<string> Print(string script, params string[] options)
    {
        CommandResult result = await Exec(script, options);
        return result is { ExitCode: 0, Error: "" } ? result.Output.TrimEnd('\n') : throw new InvalidOperationException($"it ended with {result.ExitCode}: {result.Error}");
    }

    /// <summary>Tells a script that waits for /tmp/go; who tells it may be killed with the sandbox before he has ended himself.</summary>
    public async Task LetGo()
    {
        CommandResult result = await Exec("touch /tmp/go");
        await Assert.That(result.ExitCode is 0 or 137).IsTrue().Because(result.Error);
    }

    /// <summary>What ps --json says of it; null where it is not listed.</summary>
    public static async Task<JsonElement?> Find(string name)
    {
        string list = (await Verb("ps", "-a", "--json")).Output;
        JsonElement found = JsonDocument.Parse(list).RootElement.EnumerateArray().FirstOrDefault(entry => entry.GetProperty(nameof(Name)).GetString() == name);
        return found.ValueKind == JsonValueKind.Undefined ? null : found;
    }

    public async Task<JsonElement> Look() => await Find(Name) ?? throw new InvalidOperationException("it is not listed");

    public async Task<string?> Phase() => (await Look()).GetProperty("Phase").GetString();

    /// <summary>Waits until others may enter a sandbox: its command may have begun before that.</summary>
    public static async Task AwaitRunning(string name)
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        while ((await Find(name))?.GetProperty("Phase").GetString() != "Running")
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    public async Task<int> SupervisorPid() => (await Look()).GetProperty("SupervisorPid").GetInt32();

    public async Task<int> InitPid() => (await Look()).GetProperty("Pid").GetInt32();

    /// <summary>Waits until a process of the machine is gone.</summary>
    public static async Task AwaitEnd(int pid)
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        while (System.IO.Directory.Exists($"/proc/{pid}"))
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits until somebody waits for the end of a sandbox.</summary>
    public static async Task AwaitWaiter(string name)
    {
        string inode = (await Command.Tool("stat", "-c", "%i", Path.Combine(Inside.Store, "run", "sandboxes", name, "owner"))).Trim();
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!(await File.ReadAllLinesAsync("/proc/locks")).Any(line => line.Contains("->", StringComparison.Ordinal) && line.Contains($":{inode} ", StringComparison.Ordinal)))
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>One whose supervisor was killed while its command ran.</summary>
    public static async Task<DetachedSandbox> StartCrashed()
    {
        DetachedSandbox sandbox = await StartUp("sleep 1000");
        int supervisor = await sandbox.SupervisorPid(), init = await sandbox.InitPid();
        Libc.kill(supervisor, Signal.SIGKILL);
        await AwaitEnd(init);
        return sandbox;
    }

    /// <summary>Waits until the command has written a text.</summary>
    public async Task LogContains(string text)
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!(await Do("logs")).Output.Contains(text, StringComparison.Ordinal))
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync() => await Do("rm", "-f");
}
