using System.Text;
using Sandbox.Boot;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Boot;

/// <summary>A unit is what its file says, and a file with a mistake is none.</summary>
public sealed class UnitReaderTests
{
    [Test]
    [Arguments("""{"command": ["true"]}""", "'image' is missing")]
    [Arguments("""{"image": "a", "restrat": "always"}""", "'restrat' is not known; allowed are image, command, options, restart, after, ready, ready-timeout, then")]
    [Arguments("""{"image": "a", "restart": "sometimes"}""", "restart: allowed are no, on-failure, always")]
    [Arguments("""{"image": "a", "then": "sleep"}""", "then: allowed are poweroff, reboot, halt")]
    [Arguments("""{"image": "a", "ready": 65536}""", "ready: 65536 is not an integer from 1 to 65535")]
    [Arguments("""{"image": "a", "ready": "soon"}""", "ready: allowed are a port and \"notify\"")]
    [Arguments("""{"image": "a", "ready-timeout": 0}""", "ready-timeout: 0 is not an integer from 1 to 86400")]
    [Arguments("""{"image": "a", "command": "true"}""", "command: it must be an array")]
    [Arguments("""{"image": "a", "options": ["--quiet", "--name", "b"]}""", "options: --name is none of a unit's: its name is that of its file")]
    [Arguments("""{"image": "a", "options": ["--name=b"]}""", "options: --name is none of a unit's: its name is that of its file")]
    [Arguments("""{"image": "a" """, "")]
    public async Task A_mistake_is_named(string text, string expected)
    {
        SandboxException failure = (await Assert.That(() => Read("web", text)).Throws<SandboxException>())!;
        await Assert.That(failure.Message).StartsWith("cannot use unit web: ");
        await Assert.That(failure.Message).Contains(expected);
    }

    [Test]
    public async Task A_name_that_no_sandbox_can_have_is_refused() =>
        await Assert.That(() => Read("a b", """{"image": "a"}""")).Throws<SandboxException>();

    [Test]
    public async Task A_unit_is_a_detached_run_of_its_name()
    {
        Unit unit = Read("web", """{"image": "/i.tar", "command": ["httpd", "-f"], "options": ["--network", "host"], "restart": "always", "after": ["db"], "ready": 80}""");
        await Assert.That(string.Join(' ', unit.Words)).IsEqualTo("sandbox run --quiet --name web --detach --network host /i.tar -- httpd -f");
        await Assert.That(unit.Restart).IsEqualTo(RestartPolicy.Always);
        await Assert.That(unit.ReadyPort).IsEqualTo(80);
        await Assert.That(unit.After[0]).IsEqualTo("db");
    }

    [Test]
    public async Task A_unit_that_says_when_it_is_ready_finds_the_socket()
    {
        Unit unit = Read("web", """{"image": "/i.tar", "ready": "notify", "ready-timeout": 5}""");
        await Assert.That(string.Join(' ', unit.Words)).IsEqualTo("sandbox run --quiet --name web --detach --notify /i.tar --");
        await Assert.That((unit.Notifies, unit.ReadyPort, unit.ReadyTimeout)).IsEqualTo((true, null, 5));
        await Assert.That(Read("web", """{"image": "/i.tar"}""").ReadyTimeout).IsEqualTo(60);
    }

    [Test]
    [Arguments("READY=1", true)]
    [Arguments("MAINPID=7\nREADY=1\nSTATUS=up", true)]
    [Arguments("READY=1\n", true)]
    [Arguments("", false)]
    [Arguments("READY=0", false)]
    [Arguments("STATUS=READY=1", false)]
    [Arguments("READY=10", false)]
    public async Task Only_one_line_says_that_it_is_ready(string message, bool expected) =>
        await Assert.That(ReadySocket.SaysReady(Encoding.UTF8.GetBytes(message))).IsEqualTo(expected);

    [Test]
    public async Task On_the_console_it_is_not_detached() =>
        await Assert.That((Read("shell", """{"image": "i.tar"}""") with { OnConsole = true }).Words).DoesNotContain("--detach");

    private static Unit Read(string name, string text) => UnitReader.Read(name, Encoding.UTF8.GetBytes(text));
}
