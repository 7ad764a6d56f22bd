using Sandbox.Syscalls;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Launch;

/// <summary>
/// The other half of what the guarantees prove: with one call of the launch left out, and nothing else, the promise that
/// hangs on it is seen to be broken from inside. A promise that held without its defence would prove nothing.
/// </summary>
[Category(Category.Root)]
public class DefenceTests
{
    private const long PR_CAPBSET_DROP = 24, PR_SET_NO_NEW_PRIVS = 38;

    private const int SIGPIPE = 13;

    [Test]
    [Arguments(nameof(SystemCall.prctl), PR_CAPBSET_DROP, "[ $(grep -c -e CapBnd:.00000000800405fb -e CapEff:.00000000800405fb /proc/self/status) = 2 ]")]
    [Arguments(nameof(SystemCall.prctl), PR_SET_NO_NEW_PRIVS, "grep -q NoNewPrivs:.1 /proc/self/status")]
    [Arguments(nameof(SystemCall.seccomp), -1, "grep -q Seccomp:.2 /proc/self/status")]
    [Arguments(nameof(SystemCall.mount_setattr), -1, "! touch /proc/sys/kernel/core_pattern 2>&1 | grep -v Read-only")]
    [Arguments(nameof(SystemCall.mount_setattr), -1, "awk '$5 == \"/proc/sys\" { exit $6 !~ /^ro/ }' /proc/self/mountinfo")]
    [Arguments(nameof(SystemCall.prlimit64), -1, "grep -q 'Max processes *2048 *2048' /proc/self/limits")]
    [Arguments(nameof(SystemCall.umask), -1, "[ $(umask) = 0022 ]")]
    [Arguments(nameof(SystemCall.sethostname), -1, "[ $(hostname) = sandbox ]")]
    [Arguments(nameof(SystemCall.umount2), -1, "[ $(awk '$5 == \"/\"' /proc/self/mountinfo | wc -l) = 1 ]")]
    [Arguments(nameof(SystemCall.rt_sigaction), SIGPIPE, "[ $((0x$(awk '/SigIgn/ { print $2 }' /proc/self/status) & 0x1000)) = 0 ]")]
    [Arguments(nameof(SystemCall.rt_sigprocmask), -1, "grep -q SigBlk:.0000000000000000 /proc/self/status")]
    [Arguments(nameof(SystemCall.ioctl), -1, "ifconfig lo | grep -q UP")]
    [Arguments(nameof(SystemCall.setsid), -1, "[ $(cut -d' ' -f6 /proc/self/stat) != 0 ]")]
    [Arguments(nameof(SystemCall.close_range), -1, "[ \"$(ls /proc/self/fd | tr '\\n' ' ')\" = '0 1 2 3 ' ]")]
    public async Task Without_it_the_promise_breaks(string call, long firstArgument, string promise)
    {
        // A descriptor that the launcher was given shows whether those are closed.
        string[] run = ["bash", "-c", "umask 077; exec 9</; exec env --ignore-signal=PIPE \"$@\"", "bash", Repository.Executable, .. Inside.Words(), "sh", "-c", promise];
        await Assert.That((await Watch.Run(run)).ExitCode).IsEqualTo(0);
        await Assert.That((await Watch.Run(run, Watch.Without(Enum.Parse<SystemCall>(call), firstArgument))).ExitCode).IsNotEqualTo(0);
    }
}
