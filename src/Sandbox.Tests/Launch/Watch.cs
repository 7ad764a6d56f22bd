using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Launch;

/// <summary>
/// The program of watch.c: it takes part in a launch between the child and the kernel, call by call, and sees that
/// nothing outlives a command. The executable under test is the one that is shipped; it has no switch for this.
/// </summary>
internal static class Watch
{
    /// <summary>The exit code when a process was left behind.</summary>
    public const int LeftBehind = 99;

    private static readonly Lazy<Task<WorkDirectory>> Built = new(Build);

    /// <summary>Runs a command, which may be thousands of launches, and waits for all that it leaves behind.</summary>
    public static async Task<CommandResult> Run(IEnumerable<string> command, params string[] options) =>
        await Command.Run((await Built.Value).In("watch"), [.. options, .. command], timeout: 4 * Command.Patience);

    /// <summary>The system calls of a launch, in order, as the child and then the command's process make them.</summary>
    public static async Task<LaunchCall[]> List(IEnumerable<string> command)
    {
        string file = (await Built.Value).In(Guid.NewGuid().ToString("N"));
        CommandResult result = await Run(command, "--list", file);
        return result.ExitCode == 0
            ? [.. (await File.ReadAllLinesAsync(file)).Select(LaunchCall.Parse)]
            : throw new InvalidOperationException($"it ended with {result.ExitCode}: {result.Error}");
    }

    /// <summary>Options that let a call seem to succeed without being made.</summary>
    public static string[] Without(SystemCall call, long firstArgument = -1) => ["--skip", $"{(int)call}", $"{firstArgument}"];

    /// <summary>Options that let one call seem to succeed without being made.</summary>
    public static string[] Without(LaunchCall call) => Failing(call, Errno.None);

    /// <summary>The option that takes the bounds of path resolution away: links lead to wherever they name.</summary>
    public static string[] Following { get; } = ["--follow"];

    /// <summary>The option that lets PID 1 look at what was executed only when that has ended.</summary>
    public static string[] Late { get; } = ["--late"];

    /// <summary>Options that let a call find another path than the one that it is made with.</summary>
    public static string[] Redirecting(SystemCall call, string from, string to) => ["--redirect", $"{(int)call}", from, to];

    /// <summary>Options that let each descriptor seem to belong to a file system of this type.</summary>
    public static string[] Believing(FileSystemMagic type) => ["--statfs", "0", $"{(long)type}"];

    /// <summary>Options that let each descriptor seem to lie in a read-only mount.</summary>
    public static string[] BelievingReadOnly { get; } = ["--statfs", "80", "1"];

    /// <summary>Options that let one call of a launch fail.</summary>
    public static string[] Failing(LaunchCall call, Errno errno) => ["--fail", $"{call.Index}", $"{(int)errno}"];

    private static async Task<WorkDirectory> Build()
    {
        WorkDirectory work = new();
        await Command.Tool("gcc", "-O1", "-o", work.In("watch"), Repository.In("src", "Sandbox.Tests", "Launch", "watch.c"));
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

/// <summary>One system call of a launch.</summary>
internal sealed record LaunchCall(int Index, SystemCall Number, long FirstArgument)
{
    public static LaunchCall Parse(string line)
    {
        string[] words = line.Split(' ');
        return new LaunchCall(int.Parse(words[0]), (SystemCall)int.Parse(words[1]), long.Parse(words[2]));
    }

    public override string ToString() => $"call {Index}, {Number}({FirstArgument}, ...)";
}
