namespace Sandbox.Tests.Guarantees;

/// <summary>The command finds signals as a shell's child finds them: what the caller set, and nothing of the runtime's.</summary>
public class SignalStateTests
{
    private const string Nothing = "0000000000000000";

    [Test]
    [Arguments("SigIgn")]
    [Arguments("SigBlk")]
    [Arguments("SigCgt")]
    public async Task Nothing_is_ignored_or_blocked(string field)
    {
        CommandResult result = await Inside.Host("exec env --default-signal \"$@\"", [], "cat", "/proc/self/status");
        await Assert.That(Inside.FieldOf(result.Output, field)).IsEqualTo(Nothing);
    }

    /// <summary>The runtime ignores SIGPIPE; a command that kept that would write on when nobody reads.</summary>
    [Test]
    public async Task A_broken_pipe_ends_the_command() =>
        await Assert.That(await Inside.Print("(yes; echo $? >/code) | head -1; cat /code")).IsEqualTo("y\n141");

    [Test]
    public async Task The_mask_is_the_one_the_launcher_was_given()
    {
        CommandResult result = await Inside.Host("exec env --block-signal=USR1,TERM \"$@\"", [], "cat", "/proc/self/status");
        await Assert.That(Inside.FieldOf(result.Output, "SigBlk")).IsEqualTo("0000000000004200");
    }

    /// <summary>As with nohup(1).</summary>
    [Test]
    public async Task What_the_caller_ignores_stays_ignored_but_for_pipes_and_children()
    {
        CommandResult result = await Inside.Host("exec env --default-signal --ignore-signal=HUP,PIPE,CHLD \"$@\"", [], "cat", "/proc/self/status");
        await Assert.That(result.ExitCode).IsEqualTo(0);
        await Assert.That(Inside.FieldOf(result.Output, "SigIgn")).IsEqualTo("0000000000000001");
    }
}
