namespace Sandbox.Tests.Guarantees;

/// <summary>The command's environment is what was asked for.</summary>
public class EnvironmentTests
{
    [Test]
    public async Task No_variable_of_the_caller_goes_in_unasked()
    {
        CommandResult result = await Inside.Host("SECRET=s TERM=vt100 LD_PRELOAD= TMPDIR=/x \"$@\"", [], "env");
        await Assert.That(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).IsEquivalentTo(
            ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=sandbox", "container=sandbox", "HOME=/root"]);
    }

    [Test]
    public async Task What_was_asked_for_goes_in() =>
        await Assert.That((await Inside.Host("NAMED=n \"$@\"", ["-e", "NAMED", "-e", "SET=a b", "-e", "container=x", "-e", "UNSET"], "env")).Output)
            .Contains("NAMED=n\n").And.Contains("SET=a b\n").And.Contains("container=x\n").And.DoesNotContain("UNSET");
}
