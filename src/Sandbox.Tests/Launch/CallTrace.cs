using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Launch;

/// <summary>
/// The system calls of a program and of all that it starts, as strace(1) writes them, each process by itself: in a list of
/// all together, a call that another one interrupts is shown in two halves.
/// </summary>
internal static class CallTrace
{
    /// <param name="calls">Their names, as strace takes them.</param>
    /// <param name="command">The words of the program, which must succeed.</param>
    public static async Task<string[]> Of(string calls, params string[] command)
    {
        using WorkDirectory work = new();
        await Command.Tool("strace", ["-ff", "-qq", "-o", work.In("trace"), "-e", "trace=" + calls, .. command]);
        return [.. Directory.GetFiles(work.Path).Select(File.ReadAllText)];
    }
}
