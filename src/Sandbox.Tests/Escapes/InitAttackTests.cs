using Sandbox.Syscalls;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// PID 1 is sandbox's own program, with the memory of the launcher and the host's executable behind it (CVE-2019-5736): the root
/// inside can look into nothing of it, trace it, or signal it.
/// </summary>
[Category(Category.Root)]
public class InitAttackTests
{
    private const long PR_SET_DUMPABLE = 4;

    [Test]
    [Arguments("trace_init", "EPERM")]
    [Arguments("init_environment", "EACCES")]
    [Arguments("init_memory", "EACCES")]
    [Arguments("init_executable", "EACCES")]
    [Arguments("init_root", "EACCES")]
    [Arguments("init_descriptors", "EACCES")]
    public async Task Looking_into_it(string attack, string errno)
    {
        string[] landlock = Attack.Without(SystemCall.landlock_restrict_self);
        await Assert.That(await Attack.OutcomeBesideInit(attack, [])).IsEqualTo(errno);

        // Neither Landlock nor the want of a capability is what keeps it.
        await Assert.That(await Attack.OutcomeBesideInit(attack, ["--cap-add", "SYS_PTRACE"], landlock)).IsEqualTo(errno);

        // A user's is the same user outside, and there the flag keeps it; for root it is the user namespace that the memory belongs to.
        string opened = Environment.IsPrivilegedProcess
            ? await Attack.OutcomeBesideInit(attack, ["--userns", "host", "--cap-add", "SYS_PTRACE"], landlock)
            : await Attack.OutcomeBesideInit(attack, [], landlock, Attack.Without(SystemCall.prctl, PR_SET_DUMPABLE));
        await Assert.That(opened).IsEqualTo(attack == "init_environment" ? "ENODATA" : "success");
    }

    /// <summary>A signal from inside would only be handed on to the command; scoped by Landlock, not even that.</summary>
    [Test]
    public async Task Sending_it_a_signal()
    {
        await Attack.IsStopped("signal_init", "EPERM");
        await Attack.Succeeds("signal_init", [], Attack.Without(SystemCall.landlock_restrict_self));
    }
}
