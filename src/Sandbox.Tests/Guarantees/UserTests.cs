using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>The command is who it was told to be, by the image's own files.</summary>
[Category(Category.Root)]
public class UserTests
{
    [Test]
    [Arguments("nobody", "65534 65534 65534")]
    [Arguments("nobody:root", "65534 0 0")]
    [Arguments("7", "7 0 0")]
    [Arguments("7:9", "7 9 9")]
    [Arguments("root", "0 0 0")]
    public async Task Names_and_numbers(string user, string ids) =>
        await Assert.That(await Inside.Print("echo $(id -u) $(id -g) $(id -G)", "-u", user)).IsEqualTo(ids);

    [Test]
    public async Task The_home_is_the_users() => await Assert.That(await Inside.Print("echo $HOME", "-u", "nobody")).IsEqualTo("/");

    /// <summary>Programs that are told to log to /dev/stdout open it; as another user they are not the owner of the pipe.</summary>
    [Test]
    [Arguments("--quiet")]
    [Arguments("--output-limit=1000")]
    public async Task Pipes_can_be_opened_by_their_names(string option)
    {
        CommandResult result = await Inside.Run("echo out >/dev/stdout; echo err >/dev/stderr", "-u", "nobody", option);
        await Assert.That(result.Output).IsEqualTo("out\n");
        await Assert.That(result.Error).IsEqualTo("err\n");
    }

    [Test]
    public async Task A_file_of_the_callers_keeps_its_mode()
    {
        using WorkDirectory work = new();
        string run = string.Join(' ', Inside.Words("-u", "nobody").Select(word => $"'{word}'"));
        await Assert.That(await work.Shell($"umask 077; {Repository.Executable} {run} /bin/echo out >file; cat file; stat -c %a file")).IsEqualTo("out\n600\n");
    }

    [Test]
    public async Task A_name_that_the_image_does_not_have_is_refused()
    {
        CommandResult result = await Inside.Run("true", "-u", "daemon2");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("daemon2");
    }

    [Test]
    [Arguments("100000", "user 100000")]
    [Arguments("0:100000", "group 100000")]
    public async Task An_id_outside_the_map_is_refused(string user, string named)
    {
        CommandResult result = await Inside.Run("true", "-u", user);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith($"sandbox: cannot run as {named}: the sandbox has no such id, only 0-6553").And.Contains("\nhint: ");
    }

    [Test]
    public async Task Another_user_cannot_read_what_is_roots_alone() =>
        await Assert.That((await Inside.Run("ls /root", "-u", "nobody")).ExitCode).IsNotEqualTo(0);
}
