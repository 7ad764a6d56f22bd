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
        foreach ((string attack, string outcome) in outcomes.Where(static pair => pair.Key != "capabilities"))
        {
            await Assert.That(outcome is "EPERM" or "EACCES" or "ENOENT").IsEqualTo(attack is not ("write_own_tree" or "write_to_terminal")).Because($"{attack}: {outcome}");
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

    /// <summary>By a signal, by a limit on its processor time, and as the owner of a descriptor whose events are told by SIGKILL (fcntl(2)).</summary>
    [Test]
    [Arguments("signal_launcher")]
    [Arguments("limit_launcher")]
    [Arguments("own_for_launcher")]
    public async Task Without_its_filter_a_users_worker_reaches_the_launcher(string attack) =>
        await Assert.That((await TakeOver(NoFilter))[attack]).IsEqualTo(Environment.IsPrivilegedProcess ? "ESRCH" : "success");

    [Test]
    public async Task Without_its_filter_it_chooses_the_signal_of_a_descriptor() =>
        await Assert.That((await TakeOver(NoFilter))["signal_by_descriptor"]).IsEqualTo("success");

    /// <summary>The launcher hashes the archive where the worker sees it: one that could change it could give its tree another archive's name.</summary>
    [Test]
    public async Task Without_the_seal_it_changes_the_archive_that_is_being_hashed()
    {
        await Assert.That((await TakeOver(NoFilter, NoLandlock))["write_archive"]).IsEqualTo("EPERM");
        await Assert.That((await TakeOver(["--unsealed"]))["write_archive"]).IsEqualTo("success");
    }

    /// <summary>overlay(5) follows the path of a lower directory: through this link the sandbox would see whatever directory its user can.</summary>
    [Test]
    public async Task Putting_a_link_in_the_place_of_the_tree()
    {
        using WorkDirectory work = new();
        await Command.Tool("gcc", "-O1", "-o", work.In("takeover"), Repository.In("src", "Sandbox.Tests", "Escapes", "takeover.c"));
        await File.WriteAllTextAsync(Path.Combine(work.Make("outside"), "secret"), "secret");
        string[] run = ["run", "-q", "--root", work.In("store"), await LayeredImage.Make(work), "/bin/sh", "-c", "read -r line </secret; echo \"$line\""];
        CommandResult result = await Command.Run(work.In("takeover"), ["layer-worker", work.In("outside"), "--replace", Repository.Executable, .. run]);
        await Assert.That(result.Error).Contains("rename success\nreplace success\n").And.Contains("something else in the place of the tree");
        await Assert.That(result.Output).IsEqualTo("");
        await Assert.That(Directory.GetDirectories(work.In("store/layers"))).IsEmpty();

        // What has come to be there in another way is no layer of the store's: it is unpacked anew.
        await Assert.That((await Command.Sandbox(run)).Output).IsEqualTo("\n");
        foreach (string layer in Directory.GetDirectories(work.In("store/layers")).Where(layer => !File.Exists(layer + "/fs/bin/sh")))
        {
            Directory.Move(layer + "/fs", layer + "/gone");
            File.CreateSymbolicLink(layer + "/fs", work.In("outside"));
        }

        await Assert.That((await Command.Sandbox(run)).Output).IsEqualTo("\n");
    }

    /// <summary>A layer with a hard link to a file below it makes the layers be merged: their files are the store's, and other images'.</summary>
    [Test]
    public async Task What_merges_layers_writes_none_of_them()
    {
        using WorkDirectory work = new();
        string image = await LayeredImage.Make(
            work,
            "echo below >low/data/below; tar -C low -cf image/low.tar .; cp -a low/data top; ln top/data/below top/link; " +
            "tar -C top --sort=name -cf image/top.tar .; tar --delete -f image/top.tar ./data/below");
        await Assert.That((await TakeOver(work, "merge-worker", image)).Outcomes["write_own_tree"]).IsEqualTo("EACCES");
        await Assert.That((await TakeOver(work, "merge-worker", image, NoLandlock)).Outcomes["write_own_tree"]).IsEqualTo("success");
        await Assert.That((await Command.Sandbox("run", "-q", "--root", work.In("store"), image, "/bin/sh", "-c", "read -r line </link; echo \"$line\"")).Output).IsEqualTo("below\n");
    }

    /// <summary>What it writes as an error goes nowhere: a terminal would obey it.</summary>
    [Test]
    public async Task It_does_not_steer_the_callers_terminal()
    {
        (Dictionary<string, string> outcomes, string error) = await TakeOverWithError("unpack-worker");
        await Assert.That(outcomes["write_to_terminal"]).IsEqualTo("success");
        await Assert.That(error).DoesNotContain("\u001b");
    }

    [Test]
    public async Task With_its_capabilities_and_without_its_filter_it_makes_namespaces()
    {
        await Assert.That((await TakeOver(NoFilter))["namespace"]).IsEqualTo("EPERM");
        await Assert.That((await TakeOver(NoFilter, Attack.Without(SystemCall.prctl, PR_CAPBSET_DROP), Attack.Without(SystemCall.capset)))["namespace"]).IsEqualTo("success");
    }

    /// <summary>CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID: not CAP_SETFCAP, for file capabilities of an image are left out.</summary>
    [Test]
    public async Task It_has_the_capabilities_that_a_tree_takes_and_no_other() =>
        await Assert.That((await TakeOver())["capabilities"]).IsEqualTo("1b");

    /// <summary>The worker that makes a layer durable outlives its launcher, and keeps no capability of root's.</summary>
    [Test]
    public async Task The_worker_that_stays_can_do_no_more()
    {
        Dictionary<string, string> outcomes = await TakeOver("sync-worker", []);
        await Assert.That(outcomes["capabilities"]).IsEqualTo("0");
        await Assert.That(outcomes["make_disk"] is "EPERM" or "EACCES").IsTrue();
        await Assert.That(outcomes["read_outside"]).IsEqualTo("EACCES");
        await Assert.That(outcomes["write_archive"]).IsEqualTo("EBADF");
        await Assert.That((await TakeOver("sync-worker", NoFilter))["namespace"]).IsEqualTo("EPERM");
    }

    private static Task<Dictionary<string, string>> TakeOver(params string[][] without) => TakeOver("unpack-worker", without);

    /// <summary>What each call of takeover.c came to in the worker with a verb, in a store of its own.</summary>
    private static async Task<Dictionary<string, string>> TakeOver(string verb, params string[][] without) => (await TakeOverWithError(verb, without)).Outcomes;

    private static async Task<(Dictionary<string, string> Outcomes, string Error)> TakeOverWithError(string verb, params string[][] without)
    {
        using WorkDirectory work = new();
        return await TakeOver(work, verb, Guarantees.Inside.Image, without);
    }

    private static async Task<(Dictionary<string, string> Outcomes, string Error)> TakeOver(WorkDirectory work, string verb, string image, params string[][] without)
    {
        await Command.Tool("gcc", "-O1", "-o", work.In("takeover"), Repository.In("src", "Sandbox.Tests", "Escapes", "takeover.c"));
        await File.WriteAllTextAsync(work.In("outside"), "secret");
        CommandResult result = await Command.Run(
            work.In("takeover"),
            [verb, work.In("outside"), .. without.SelectMany(words => words), Repository.Executable, "run", "-q", "--root", work.In("store"), image, "--", "true"]);
        await Assert.That(await File.ReadAllTextAsync(work.In("outside"))).IsEqualTo("secret");
        return (result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1]), result.Error);
    }
}
