using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Oci;

/// <summary>A container in the foreground has a terminal of its own, through which the caller types and reads.</summary>
[Category(Category.Root)]
public class OciTerminalTests
{
    private const string Compared = "before=$(stty -g); \"$@\"; code=$?; [ \"$before\" = \"$(stty -g)\" ] && echo \"restored after $code\"";

    [Test]
    public async Task Of_run()
    {
        using OciScene scene = await Make("sh", "-c", "tty; stty size; echo type; read line; echo \"got $line\"; exit 7");
        using TerminalSession session = await Start(scene, "run", "--bundle", scene.Bundle, "one");
        await Assert.That(await session.Expect("type")).Contains("/dev/pts/0").And.Contains("24 80");
        session.Type("a word\r");
        await session.Expect("got a word");
        await session.Expect("restored after 7");
    }

    [Test]
    public async Task Of_exec()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        using TerminalSession session = await Start(scene, "exec", "--tty", "one", "sh", "-c", "stty size; echo type; read line; echo \"got $line\"; exit 7");
        await Assert.That(await session.Expect("type")).Contains("24 80");
        session.Type("a word\r");
        await session.Expect("got a word");
        await session.Expect("restored after 7");
    }

    [Test]
    public async Task Its_signals_come_from_its_keys()
    {
        using OciScene scene = await Make("sh", "-c", "trap 'echo caught; exit 3' INT; echo up; while :; do sleep 0.01; done");
        using TerminalSession session = await Start(scene, "run", "--bundle", scene.Bundle, "one");
        await session.Expect("up");
        await session.BecomesRaw();
        session.Type("\u0003");
        await session.Expect("restored after 3");
    }

    [Test]
    public async Task A_command_that_is_not_there_leaves_the_callers_as_it_was()
    {
        using OciScene scene = await Make("/not/there");
        using TerminalSession session = await Start(scene, "run", "--bundle", scene.Bundle, "one");
        await session.Expect("restored after 127");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    [Test]
    public async Task Without_a_terminal_outside_it_still_has_one()
    {
        using OciScene scene = await Make("sh", "-c", "tty; cat");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Output.Split("\r\n")[0])).IsEqualTo((0, "/dev/pts/0")).Because(result.Error);
    }

    [Test]
    [Arguments("create")]
    [Arguments("run --detach")]
    public async Task Nobody_would_serve_that_of_a_container_that_is_left_alone(string words)
    {
        using OciScene scene = await Make("true");
        CommandResult result = await scene.Leave([.. words.Split(' '), "one"]);
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("nobody takes the terminal's master").And.Contains("--console-socket");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    [Test]
    public async Task Nor_that_of_a_detached_exec()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        CommandResult result = await scene.Leave("exec", "--tty", "--detach", "one", "true");
        await Assert.That(result.ExitCode).IsEqualTo(255);
        await Assert.That(result.Error).Contains("nobody takes the terminal's master");
    }

    private static async Task<OciScene> Make(params string[] command)
    {
        OciScene scene = await OciScene.Make(command);
        scene.Process["terminal"] = true;
        return scene;
    }

    private static async Task<TerminalSession> Start(OciScene scene, params string[] words)
    {
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "config.json"), scene.Config.ToJsonString());
        return TerminalSession.Start(["bash", "-c", Compared, "bash", Repository.Executable, "oci", "--root", scene.Root, .. words]);
    }
}
