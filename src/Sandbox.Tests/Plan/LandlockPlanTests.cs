using Sandbox.Plan;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Plan;

/// <summary>What a kernel's Landlock does not cover is said, and a limit that it cannot keep is an error.</summary>
public class LandlockPlanTests
{
    [Test]
    [Arguments(0, "", "the kernel offers no Landlock")]
    [Arguments(1, "", "Landlock 1 lets no file be moved")]
    [Arguments(2, "--read-only", "Landlock 2 does not cover truncate(2)")]
    [Arguments(2, "", "Landlock 2 does not cover truncate(2)")]
    [Arguments(2, "", "the root file system is writable")]
    [Arguments(6, "--read-only -v /data:/v -v /data:/v/r:ro", "Landlock does not repeat that /v/r is read-only")]
    [Arguments(5, "--read-only", "Landlock 5 does not cover signals and abstract unix sockets")]
    public async Task A_gap_is_named(int version, string options, string gap) => await Assert.That(Notes(version, options)).Contains(gap);

    [Test]
    [Arguments(6, "--read-only")]
    [Arguments(6, "--read-only -v /data:/v:ro")]
    [Arguments(0, "--nested")]
    [Arguments(0, "--cap-add SYS_ADMIN")]
    public async Task Nothing_is_said_where_nothing_is_missing(int version, string options) => await Assert.That(Notes(version, options)).IsEqualTo("");

    [Test]
    [Arguments(0)]
    [Arguments(3)]
    public async Task Ports_that_cannot_be_bounded_end_the_launch(int version)
    {
        SandboxException? failure = Assert.Throws<SandboxException>(() => List(version, "--tcp-ports bind=80"));
        await Assert.That(failure.Message).StartsWith("cannot bound TCP ports: ");
    }

    [Test]
    public async Task Every_port_is_a_rule_of_its_own()
    {
        string listing = List(4, "--tcp-ports bind=80,connect=443 --tcp-ports bind=8080");
        await Assert.That(listing).Contains("{LANDLOCK_ACCESS_NET_BIND_TCP, 80}").And.Contains("{LANDLOCK_ACCESS_NET_BIND_TCP, 8080}").And.Contains("{LANDLOCK_ACCESS_NET_CONNECT_TCP, 443}");
    }

    [Test]
    public async Task What_a_machine_lacks_can_be_asked_for()
    {
        await Assert.That(new LandlockVersion(2).Gaps().Length).IsEqualTo(3);
        await Assert.That(new LandlockVersion(7).Gaps()).IsEmpty();
    }

    private static string Notes(int version, string options) =>
        string.Join('\n', List(version, options).Split('\n').Where(line => line.StartsWith("note", StringComparison.Ordinal)));

    private static string List(int version, string options) => PlanScene.List(
        PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { LandlockVersion = version, Nested = options == "--nested" },
        options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
