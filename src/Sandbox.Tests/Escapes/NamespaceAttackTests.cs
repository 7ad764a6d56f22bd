using Sandbox.Tests.Seccomp;
using Sandbox.Tests.Supervisor;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// No user namespace inside, by whichever door: with one would come every capability over a mount, network and IPC
/// namespace, and all the code of the kernel that is behind them.
/// </summary>
[Category(Category.Root)]
public class NamespaceAttackTests
{
    private static readonly string[] Nested = [.. Attack.Unfiltered, "--nested"];

    [Test]
    [Arguments("user_namespace", "EPERM")]
    [Arguments("mount_namespace", "EPERM")]
    [Arguments("clone_user_namespace", "EPERM")]
    [Arguments("clone3_user_namespace", "ENOSYS")]
    [Arguments("i386_user_namespace", "EPERM")]
    public async Task Making_a_user_namespace(string attack, string errno)
    {
        if (attack.StartsWith("i386_", StringComparison.Ordinal))
        {
            I386Entry.Require();
        }

        await Attack.IsStopped(attack, errno);

        // The limit is a second line of its own.
        await Attack.IsStopped(attack, "ENOSPC", Attack.Unfiltered);
        await Attack.IsStopped(attack, "ENOSPC", Attack.Powerful);
        await Attack.Succeeds(attack, Nested);
    }

    /// <summary>Not every kernel has that way in: the filter answers before the kernel does.</summary>
    [Test]
    public async Task Making_a_user_namespace_by_a_call_of_x32()
    {
        await Attack.IsStopped("x32_user_namespace", "EPERM");
        await Attack.IsStopped("x32_user_namespace", "ENOSYS|ENOSPC", Attack.Unfiltered);
    }

    [Test]
    public async Task Lifting_the_limit_on_user_namespaces()
    {
        await Attack.IsStopped("raise_user_namespaces", "EACCES|EROFS");
        await Attack.IsStopped("raise_user_namespaces", "EACCES|EROFS", Attack.Powerful);
        await Attack.Succeeds("raise_user_namespaces", [.. Nested, "--cap-add", "SYS_RESOURCE"]);
    }

    /// <summary>The limit is one of a user namespace around the command's own, which the capability does not reach.</summary>
    [Test]
    public async Task Lifting_the_limit_with_the_capability_for_it()
    {
        string[] able = ["--cap-add", "SYS_RESOURCE"], all = [.. Attack.Unfiltered, "--cap-add", "ALL"];
        await Attack.IsStopped("user_namespace", "EPERM", able);
        await Attack.IsStopped("user_namespace", "ENOSPC", [.. Attack.Unfiltered, .. able]);
        await Attack.IsStopped("lift_and_make_user_namespace", "ENOSPC", all);
        await Attack.Succeeds("lift_and_make_user_namespace", [.. Nested, "--cap-add", "ALL"]);
    }

    /// <summary>What is in the inner one belongs to it, and PID 1's memory to neither.</summary>
    [Test]
    public async Task Two_user_namespaces_give_and_take_nothing_else()
    {
        string[] all = [.. Attack.Unfiltered, "--cap-add", "ALL"];
        await Attack.Succeeds("remount_proc_writable", all);
        await Attack.Succeeds("netlink_interface", all);
        await Assert.That(await Attack.OutcomeBesideInit("init_memory", all)).IsEqualTo("EACCES");
        await Assert.That(await Attack.OutcomeBesideInit("init_executable", all)).IsEqualTo("EACCES");
    }

    [Test]
    public async Task A_second_command_makes_none_either()
    {
        string[] all = [.. Attack.Unfiltered, "--cap-add", "ALL", "-v", $"{await Attack.Program()}:/attack:ro"];
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000", all);
        await Assert.That(await sandbox.Print("/attack lift_and_make_user_namespace")).IsEqualTo("ENOSPC");
        await Assert.That(await sandbox.Print("/attack remount_proc_writable")).IsEqualTo("success");
    }
}
