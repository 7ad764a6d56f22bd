using System.Text;
using Sandbox.Boot;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Boot;

/// <summary>A unit is what its file says, and a file with a mistake is none.</summary>
public sealed class UnitReaderTests
{
    [Test]
    [Arguments("""{"command": ["true"]}""", "'image' is missing")]
    [Arguments("""{"image": "a", "restrat": "always"}""", "'restrat' is not known; allowed are image, command, options, restart, after, ready, then")]
    [Arguments("""{"image": "a", "restart": "sometimes"}""", "restart: allowed are no, on-failure, always")]
    [Arguments("""{"image": "a", "then": "sleep"}""", "then: allowed are poweroff, reboot, halt")]
    [Arguments("""{"image": "a", "ready": 65536}""", "ready: 65536 is not an integer from 1 to 65535")]
    [Arguments("""{"image": "a", "command": "true"}""", "command: it must be an array")]
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
    public async Task On_the_console_it_is_not_detached() =>
        await Assert.That((Read("shell", """{"image": "i.tar"}""") with { OnConsole = true }).Words).DoesNotContain("--detach");

    private static Unit Read(string name, string text) => UnitReader.Read(name, Encoding.UTF8.GetBytes(text));
}
