using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>Looks at sandboxes from inside: busybox in the demonstration image, all runs over one store that goes with the tests.</summary>
internal static class Inside
{
    private static readonly Lazy<WorkDirectory> Work = new(() => new WorkDirectory());

    /// <summary>The demonstration image (images/demo/make).</summary>
    public static string Image { get; } = Repository.In("artifacts", "images", "demo.tar");

    public static string Store => Work.Value.In("store");

    /// <summary>Lets a script go on when PID 1 is at its work: it has given up what it does not need, and has reaped an orphan.</summary>
    public const string AwaitInit = "(sh -c 'echo $$ >/tmp/orphan' &); while [ ! -s /tmp/orphan ]; do :; done; while [ -d /proc/$(cat /tmp/orphan) ]; do :; done; ";

    /// <summary>The words of a run, up to the command's own.</summary>
    public static string[] Words(params string[] options) => ["run", "-q", "--root", Store, .. options, Image, "--"];

    /// <summary>Runs a shell script inside.</summary>
    public static Task<CommandResult> Run(string script, params string[] options) =>
        Command.Sandbox([.. Words(options), "sh", "-c", script]);

    /// <summary>What a shell script prints that must succeed inside.</summary>
    public static async Task<string> Print(string script, params string[] options)
    {
        CommandResult result = await Run(script, options);
        return result is { ExitCode: 0, Error: "" }
            ? result.Output.TrimEnd('\n')
            : throw new InvalidOperationException($"it ended with {result.ExitCode}: {result.Error}");
    }

    /// <summary>What a program of the image prints that is itself the command, without a shell that would change its state.</summary>
    public static async Task<string> PrintOf(string[] command, params string[] options)
    {
        CommandResult result = await Command.Sandbox([.. Words(options), .. command]);
        return result.ExitCode == 0 ? result.Output.TrimEnd('\n') : throw new InvalidOperationException($"it ended with {result.ExitCode}: {result.Error}");
    }

    /// <summary>One field of the command's /proc/self/status.</summary>
    public static async Task<string> Status(string field, params string[] options) => FieldOf(await PrintOf(["cat", "/proc/self/status"], options), field);

    /// <summary>One field of a text of "name: value" lines.</summary>
    public static string FieldOf(string status, string field) =>
        status.Split('\n').Single(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..].Trim();

    /// <summary>Runs a shell script on the host, with the words of a run as "$@".</summary>
    public static Task<CommandResult> Host(string script, string[] options, params string[] command) =>
        Command.Run("bash", ["-c", script, "bash", Repository.Executable, .. Words(options), .. command]);

    [After(TestSession)]
    public static void RemoveStore()
    {
        if (Work.IsValueCreated)
        {
            Work.Value.Dispose();
        }
    }
}
