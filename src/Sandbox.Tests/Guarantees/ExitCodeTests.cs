using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>The exit code tells what ended: the command, sandbox, or the search for the command.</summary>
public class ExitCodeTests
{
    [Test]
    [Arguments("exit 0", 0)]
    [Arguments("exit 1", 1)]
    [Arguments("exit 124", 124)]
    [Arguments("exit 255", 255)]
    [Arguments("kill -TERM $$", 143)]
    [Arguments("kill -KILL $$", 137)]
    [Arguments("kill -SEGV $$", 139)]
    public async Task The_commands_own(string script, int code)
    {
        CommandResult result = await Inside.Run(script);
        await Assert.That(result.ExitCode).IsEqualTo(code);
        await Assert.That(result.Error).IsEqualTo("");
    }

    [Test]
    [Arguments("not-there", 127, "not found in the image")]
    [Arguments("/not/there", 127, "not found in the image")]
    [Arguments("/etc/passwd", 126, "Permission denied")]
    [Arguments("/etc", 126, "Permission denied")]
    [Arguments("/bin/sh/x", 127, "not found in the image")]
    [Arguments("/proc/self/exe", 126, "sandbox's own executable")]
    public async Task What_cannot_be_run_is_named(string command, int code, string why)
    {
        CommandResult result = await Command.Sandbox([.. Inside.Words(), command]);
        await Assert.That(result.ExitCode).IsEqualTo(code);
        await Assert.That(result.Error).StartsWith($"sandbox: cannot run {command}: ").And.Contains(why).And.Contains("\nhint: ");
    }

    [Test]
    [Arguments("printf 'echo hi' >x", 126, "the kernel does not know its format")]
    [Arguments("printf '#!/not/there\\n' >x", 127, "the interpreter that it names is not in the image")]
    [Arguments("printf '#!/link\\n' >x; ln -s /proc/self/exe link", 126, "sandbox's own executable")]
    [Arguments("ln -s /proc/self/exe x", 126, "sandbox's own executable")]
    [Arguments("printf '#!/x\\n' >x", 126, "without an end")]
    public async Task What_the_image_made_unfit_to_run_is_named(string make, int code, string why)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir tree; tar -C tree -xf {Inside.Image}; cd tree; {make}; [ -L x ] || chmod a+x x; chmod a+rx ..");
        CommandResult result = await Command.Sandbox("run", "--root", Inside.Store, work.In("tree"), "/x");
        await Assert.That(result.ExitCode).IsEqualTo(code);
        await Assert.That(result.Error).StartsWith("sandbox: cannot run /x: ").And.Contains(why);
    }

    [Test]
    public async Task The_path_is_searched_past_what_cannot_be_run() =>
        await Assert.That(await Inside.PrintOf(["echo", "found"], "-e", "PATH=/etc/passwd:/not/there:/etc:/bin")).IsEqualTo("found");

    [Test]
    [Arguments("--no-such-option", "--no-such-option")]
    [Arguments("--userns=many", "many")]
    [Arguments("--timeout=soon", "soon")]
    public async Task A_wrong_word_is_sandboxs_own_failure(string option, string named)
    {
        CommandResult result = await Inside.Run("true", option);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: ").And.Contains(named);
    }

    [Test]
    public async Task An_image_that_is_not_there_is_named()
    {
        CommandResult result = await Command.Sandbox("run", "--root", Inside.Store, "/not/there.tar", "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: ").And.Contains("/not/there.tar").And.Contains("No such file or directory");
    }
}
