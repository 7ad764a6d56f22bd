using System.Text;

namespace Sandbox.Tests;

/// <summary>The runner that other tests stand on tells what a program did.</summary>
public class CommandTests
{
    [Test]
    public async Task A_failure_and_both_outputs_are_seen()
    {
        CommandResult result = await Command.Run(
            "sh",
            ["-c", "cat; echo \"$ADDED\" >&2; exit 7"],
            Encoding.UTF8.GetBytes("fed"),
            new Dictionary<string, string?> { ["ADDED"] = "seen" });

        await Assert.That(result.ExitCode).IsEqualTo(7);
        await Assert.That(result.Output).IsEqualTo("fed");
        await Assert.That(result.Error).IsEqualTo("seen\n");
    }

    [Test]
    public async Task A_program_that_does_not_end_fails_the_test() =>
        await Assert.That(async () => await Command.Run("sleep", ["1000"], timeout: TimeSpan.FromMilliseconds(50)))
            .Throws<TimeoutException>();

    [Test]
    public async Task A_program_that_reads_nothing_is_no_failure() =>
        await Assert.That((await Command.Run("true", [], new byte[1 << 20])).ExitCode).IsEqualTo(0);
}
