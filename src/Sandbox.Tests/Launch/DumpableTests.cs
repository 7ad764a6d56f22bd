using Sandbox.Syscalls;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Launch;

/// <summary>
/// For an ordinary user the sandbox's root is the same user outside, and may look into his processes: the dumpable flag
/// keeps PID 1's memory from it, and Landlock does where the kernel has that. (Of root's sandboxes the kernel clears the
/// flag itself, when the child becomes another user.)
/// </summary>
public class DumpableTests
{
    private const long PR_SET_DUMPABLE = 4;

    [Test]
    public async Task Without_the_flag_and_Landlock_the_memory_of_PID_1_can_be_read()
    {
        string[] run = [Repository.Executable, .. Inside.Words(), "sh", "-c", Inside.AwaitInit + "grep -q sandbox /proc/1/maps"];
        string[] flag = Watch.Without(SystemCall.prctl, PR_SET_DUMPABLE), landlock = Watch.Without(SystemCall.landlock_restrict_self);
        await Assert.That((await Watch.Run(run)).ExitCode).IsNotEqualTo(0);
        await Assert.That((await Watch.Run(run, landlock)).ExitCode).IsNotEqualTo(0);
        await Assert.That((await Watch.Run(run, [.. flag, .. landlock])).ExitCode).IsEqualTo(0);
    }
}
