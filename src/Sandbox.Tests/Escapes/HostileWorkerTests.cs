using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// An archive that took over the process which unpacks it could write its own tree, and nothing else: takeover.c makes the
/// worker of a real first run do what such an archive would. With a step of its confinement left out, it can.
/// </summary>
[Category(Category.Root)]
public class HostileWorkerTests
{
    private const long PR_CAPBSET_DROP = 24;

    private static readonly string[] NoLandlock = Attack.Without(SystemCall.landlock_restrict_self), NoFilter = Attack.Without(SystemCall.seccomp);

    [Test]
    public async Task It_can_write_its_own_tree_and_nothing_else()
    {
        Dictionary<string, string> outcomes = await TakeOver();
        await Assert.That(outcomes).ContainsKey("execute");
        foreach ((string attack, string outcome) in outcomes)
        {
            await Assert.That(outcome is "EPERM" or "EACCES" or "ENOENT").IsEqualTo(attack != "write_own_tree").Because($"{attack}: {outcome}");
        }
    }

    /// <summary>What Landlock alone keeps from a user's worker. Root's has mounts of its own as well: there is nothing to be reached.</summary>
    [Test]
    [Arguments("read_outside")]
    [Arguments("write_outside")]
    [Arguments("climb_out")]
    [Arguments("execute")]
    public async Task Without_Landlock_a_users_worker_reaches_other_files(string attack) =>
        await Assert.That((await TakeOver(NoLandlock))[attack]).IsEqualTo(Environment.IsPrivilegedProcess ? "ENOENT" : "success");

    [Test]
    [Arguments("socket")]
    [Arguments("unix_socket")]
    public async Task Without_its_filter_it_opens_sockets(string attack) => await Assert.That((await TakeOver(NoFilter))[attack]).IsEqualTo("success");

    [Test]
    public async Task Without_its_filter_a_users_worker_reaches_the_launcher() =>
        await Assert.That((await TakeOver(NoFilter))["signal_launcher"]).IsEqualTo(Environment.IsPrivilegedProcess ? "ESRCH" : "success");

    [Test]
    public async Task With_its_capabilities_and_without_its_filter_it_makes_namespaces()
    {
        await Assert.That((await TakeOver(NoFilter))["namespace"]).IsEqualTo("EPERM");
        await Assert.That((await TakeOver(NoFilter, Attack.Without(SystemCall.prctl, PR_CAPBSET_DROP), Attack.Without(SystemCall.capset)))["namespace"]).IsEqualTo("success");
    }

    /// <summary>The worker that makes a layer durable outlives its launcher, and keeps no capability of root's.</summary>
    [Test]
    public async Task The_worker_that_stays_can_do_no_more()
    {
        Dictionary<string, string> outcomes = await TakeOver("sync-worker", []);
        await Assert.That(outcomes["make_disk"] is "EPERM" or "EACCES").IsTrue();
        await Assert.That(outcomes["read_outside"]).IsEqualTo("EACCES");
        await Assert.That((await TakeOver("sync-worker", NoFilter))["namespace"]).IsEqualTo("EPERM");
    }

    private static Task<Dictionary<string, string>> TakeOver(params string[][] without) => TakeOver("unpack-worker", without);

    /// <summary>What each call of takeover.c came to in the worker with a verb, in a store of its own.</summary>
    private static async Task<Dictionary<string, string>> TakeOver(string verb, params string[][] without)
    {
        using WorkDirectory work = new();
        await Command.Tool("gcc", "-O1", "-o", work.In("takeover"), Repository.In("src", "Sandbox.Tests", "Escapes", "takeover.c"));
        await File.WriteAllTextAsync(work.In("outside"), "secret");
        CommandResult result = await Command.Run(
            work.In("takeover"),
            [verb, work.In("outside"), .. without.SelectMany(words => words), Repository.Executable, "run", "-q", "--root", work.In("store"), Guarantees.Inside.Image, "--", "true"]);
        await Assert.That(await File.ReadAllTextAsync(work.In("outside"))).IsEqualTo("secret");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1]);
    }
}
