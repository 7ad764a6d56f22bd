using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Launch;

/// <summary>The child that is made before there is a program is a guess: where it is wrong or fails, the run is as it would be without.</summary>
public class EarlyChildTests
{
    [Test]
    [Arguments("unshare:error=ENOSPC")]
    [Arguments("clone3:error=EPERM:when=1")]
    [Arguments("socketpair:error=EMFILE:when=1")]
    [Arguments("pidfd_open:error=EMFILE:when=1")]
    public async Task A_run_goes_on_without_it(string fault)
    {
        string[] run = [Repository.Executable, .. Inside.Words("--userns", "single"), "echo", "here"];

        // The image is in the store then, and the fault meets nothing else.
        await Watch.Run(run);
        CommandResult result = await Command.Run("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "inject=" + fault, .. run]);
        await Assert.That(result.Output).IsEqualTo("here\n");
        await Assert.That(result.ExitCode).IsEqualTo(0);
    }

    [Test]
    public async Task It_ends_with_a_launcher_that_does_not_come_to_run() =>
        await Assert.That((await Watch.Run([Repository.Executable, "run", "/no/such/image", "true"])).ExitCode).IsEqualTo(125);
}
