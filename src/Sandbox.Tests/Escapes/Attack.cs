using Sandbox.Syscalls;
using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Launch;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// The program of attacks.c in a sandbox. What each attack comes to is the name of the errno that stopped it; with its
/// defence taken away, by an option that opens the door or by a launch that leaves a step out, it comes to success. An
/// attack that is only ever seen to fail would prove nothing.
/// </summary>
internal static class Attack
{
    private const string Success = "success";

    private static readonly Lazy<Task<WorkDirectory>> Built = new(Build);

    /// <summary>No filter.</summary>
    public static readonly string[] Unfiltered = ["--seccomp", "unconfined"];

    /// <summary>
    /// No filter, and every capability of a user namespace but the one with which a launch has a process more, that nobody
    /// watches: Landlock is off with them.
    /// </summary>
    public static readonly string[] Powerful = [.. Unfiltered, "--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE"];

    /// <summary>For root alone: the host's user namespace too.</summary>
    public static readonly string[] Host = [.. Powerful, "--userns", "host"];

    /// <summary>A directory of the caller's that anybody may write to, with a file in it, shown at /volume.</summary>
    public static async Task<string[]> Volume(string access) => ["-v", $"{(await Built.Value).In("volume")}:/volume:{access}"];

    /// <summary>The program on the host, for what an attack needs outside.</summary>
    public static async Task<string> Program() => (await Built.Value).In("image/attack");

    /// <summary>It is stopped by one of these errnos.</summary>
    public static async Task IsStopped(string name, string errnos, string[]? options = null, params string[][] without) =>
        await Assert.That(errnos.Split('|')).Contains(await Outcome(name, options ?? [], without)).Because(name);

    /// <summary>It gets what it wants.</summary>
    public static async Task Succeeds(string name, string[] options, params string[][] without) =>
        await Assert.That(await Outcome(name, options, without)).IsEqualTo(Success).Because(name);

    /// <summary>A launch that leaves a call out.</summary>
    public static string[] Without(SystemCall call, long firstArgument = -1) => Watch.Without(call, firstArgument);

    /// <summary>What an attack comes to.</summary>
    public static async Task<string> Outcome(string name, string[] options, params string[][] without) => Last(await Run(name, options, without));

    /// <summary>The same, once PID 1 has given up what it does not need.</summary>
    public static async Task<string> OutcomeBesideInit(string name, string[] options, params string[][] without) =>
        Last(await Start([], options, ["/bin/sh", "-c", Inside.AwaitInit + "exec /attack " + name], without));

    /// <summary>The same, the launcher itself being started by a program with these words.</summary>
    public static async Task<string> OutcomeUnder(string[] starter, string name, string[] options, params string[][] without) =>
        Last(await Start(starter, options, ["/attack", name], without));

    public static Task<CommandResult> Run(string name, string[] options, params string[][] without) => Start([], options, ["/attack", name], without);

    private static async Task<CommandResult> Start(string[] starter, string[] options, string[] command, string[][] without)
    {
        string[] run = [.. starter, Repository.Executable, .. await Words(options), .. command];
        return without.Length == 0 ? await Command.Run(run[0], run[1..]) : await Watch.Run(run, [.. without.SelectMany(words => words)]);
    }

    /// <summary>The words of a run, up to the command's own.</summary>
    public static async Task<string[]> Words(params string[] options)
    {
        WorkDirectory work = await Built.Value;
        return ["run", "-q", "--root", work.In("store"), .. options, work.In("image"), "--"];
    }

    private static string Last(CommandResult result) => result is { ExitCode: 0, Output: [.., _] }
        ? result.Output.TrimEnd('\n').Split('\n')[^1]
        : throw new InvalidOperationException($"it ended with {result.ExitCode}: {result.Output}{result.Error}");

    private static async Task<WorkDirectory> Build()
    {
        const UnixFileMode all = (UnixFileMode)0x1FF, executable = (UnixFileMode)0x1ED;
        WorkDirectory work = new();
        work.Make("image/bin");
        File.SetUnixFileMode(work.Make("image/tmp"), all);
        File.SetUnixFileMode(work.Make("volume"), all);
        await File.WriteAllTextAsync(work.In("volume/file"), "content");
        File.SetUnixFileMode(work.In("volume/file"), all);
        await Command.Tool("gcc", "-O1", "-static", "-o", work.In("image/attack"), Repository.In("src", "Sandbox.Tests", "Escapes", "attacks.c"));
        File.Copy(work.In("image/attack"), work.In("image/setuid-attack"));
        File.SetUnixFileMode(work.In("image/setuid-attack"), executable | UnixFileMode.SetUser);
        File.Copy("/bin/busybox", work.In("image/bin/sh"));
        foreach (string name in (string[])["cat", "mv", "mkdir", "touch", "true"])
        {
            File.CreateSymbolicLink(work.In("image/bin/" + name), "sh");
        }

        return work;
    }

    [After(TestSession)]
    public static async Task Remove()
    {
        if (Built.IsValueCreated)
        {
            (await Built.Value).Dispose();
        }
    }
}
