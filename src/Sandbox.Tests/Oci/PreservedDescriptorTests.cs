namespace Sandbox.Tests.Oci;

/// <summary>The descriptors that an engine hands on reach the container's process, and no other does.</summary>
[Category(Category.Root)]
public class PreservedDescriptorTests
{
    private static readonly string[] Lists = ["sh", "-c", "ls /proc/self/fd | tr '\\n' ' '; cat <&3; cat <&4"];

    [Test]
    public async Task Run_hands_on_as_many_as_it_is_told()
    {
        using OciScene scene = await OciScene.Make(Lists);
        CommandResult result = await Shell(scene, "exec 3<one 4<two 5<one; \"$@\"", "run", "--preserve-fds", "2", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "0 1 2 3 4 5 1\n2\n")).Because(result.Error);
        await Assert.That(await File.ReadAllTextAsync(scene.Work.In("one"))).IsEqualTo("1\n");
    }

    [Test]
    public async Task Create_keeps_them_for_start()
    {
        using OciScene scene = await OciScene.Make("cat", "/proc/self/fd/3");
        CommandResult result = await Shell(scene, $"exec 3<one; \"$@\" >'{scene.Output}' 2>&1 </dev/null", "create", "--preserve-fds", "1", "one");
        await Assert.That(result.ExitCode).IsEqualTo(0).Because(result.Error);
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await Assert.That(await File.ReadAllTextAsync(scene.Output)).IsEqualTo("1\n");
    }

    [Test]
    public async Task Exec_hands_on_its_own()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        CommandResult result = await Shell(scene, "exec 3<one 4<two; \"$@\"", ["exec", "--preserve-fds", "2", "one", .. Lists]);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "0 1 2 3 4 5 1\n2\n")).Because(result.Error);
    }

    [Test]
    public async Task Sockets_of_a_service_manager_come_before_them()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "echo $LISTEN_FDS $LISTEN_PID $$; cat <&3; cat <&4");
        CommandResult result = await Shell(scene, "exec 3<one 4<two; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$@\"", "run", "--preserve-fds", "1", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "1 1 1\n1\n2\n")).Because(result.Error);
    }

    [Test]
    [Arguments("exec 3<one 4<&-", 4)]
    [Arguments("exec 3<one 4</", 4)]
    [Arguments("exec 3<one 4<two 0</", 0)]
    public async Task One_that_is_closed_or_a_directory_is_refused(string opened, int number)
    {
        using OciScene scene = await OciScene.Make("true");
        CommandResult result = await Shell(scene, opened + "; \"$@\"", "run", "--preserve-fds", "2", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).StartsWith($"sandbox: cannot pass on descriptor {number}: ");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>Runs a script beside the files "one" and "two", with the words of an operation as "$@".</summary>
    private static async Task<CommandResult> Shell(OciScene scene, string script, params string[] words)
    {
        await scene.Work.Shell("echo 1 >one; echo 2 >two");
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "config.json"), scene.Config.ToJsonString());
        return await Command.Run(
            "bash", ["-c", script, "bash", Repository.Executable, "oci", "--root", scene.Root, words[0], .. words[0] == "exec" ? Array.Empty<string>() : ["--bundle", scene.Bundle], .. words[1..]],
            directory: scene.Work.Path);
    }
}
