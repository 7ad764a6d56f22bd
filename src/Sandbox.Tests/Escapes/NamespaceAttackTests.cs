using Sandbox.Tests.Seccomp;

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
    public async Task Making_a_user_namespace_by_a_call_of_x32() => await Attack.IsStopped("x32_user_namespace", "EPERM");

    [Test]
    public async Task Lifting_the_limit_on_user_namespaces()
    {
        await Attack.IsStopped("raise_user_namespaces", "EACCES|EROFS");
        await Attack.IsStopped("raise_user_namespaces", "EACCES|EROFS", Attack.Powerful);
        await Attack.Succeeds("raise_user_namespaces", [.. Nested, "--cap-add", "SYS_RESOURCE"]);
    }

    [Test]
    public async Task The_capability_that_lifts_the_limit_is_not_given()
    {
        CommandResult result = await Command.Sandbox([.. await Attack.Words("--cap-add", "SYS_RESOURCE"), "/attack", "user_namespace"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("--nested");
    }
}
