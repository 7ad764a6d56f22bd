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

    /// <summary>A file's name may be any bytes: one that nearly is it would be another file.</summary>
    [Test]
    [Category(Category.Root)]
    [Arguments("auto")]
    [Arguments("host")]
    public async Task Words_for_the_command_are_the_bytes_that_they_were(string ids)
    {
        const string look = "printf '%s\\n' \"$1\" \"$SET\" \"$HAD\" | od -An -tx1";
        string[] options = ids == "host" && Environment.IsPrivilegedProcess ? ["--userns", "host"] : [];
        CommandResult result = await Inside.Host("HAD=$'c\\xe2' \"${@:1:2}\" --env=SET=$'\\xffb' -e HAD \"${@:3}\" $'\\xc3a\\xef\\xbf\\xbd'", options, "sh", "-c", look, "sh");
        await Assert.That((result.Output, result.Error)).IsEqualTo((" c3 61 ef bf bd 0a ff 62 0a 63 e2 0a\n", ""));
        result = await Inside.Host("\"$@\" $'/\\xff'", options, "cat");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((1, "cat: can't open '/\uFFFD': No such file or directory\n"));
    }

    [Test]
    public async Task Bytes_that_would_be_written_down_as_text_are_refused()
    {
        CommandResult result = await Inside.Host("\"$@\" $'\\xff'", ["--name", "bytes"], "cat");
        await Assert.That((result.ExitCode, result.Error.Split('\n')[0])).IsEqualTo((125, "sandbox: wrong word '\uFFFD': it is not UTF-8"));
        result = await Inside.Host("HAD=$'\\xff' \"$@\"", ["--name", "bytes", "-e", "HAD"], "env");
        await Assert.That((result.ExitCode, result.Error.Split('\n')[0])).IsEqualTo((125, "sandbox: cannot pass on the variable HAD: its value is not UTF-8"));
    }
}
