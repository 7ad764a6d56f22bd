using Sandbox.Tests.Supervisor;

namespace Sandbox.Tests.Guarantees;

/// <summary>The command's memory lies where nobody can foresee it, whatever execution domain the caller is in.</summary>
[Category(Category.Root)]
public class ExecutionDomainTests
{
    private const string Usual = "00000000\n";

    [Test]
    public async Task It_is_the_usual_one()
    {
        CommandResult result = await Inside.Host("exec setarch -R -X \"$@\"", [], "cat", "/proc/self/personality");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, Usual)).Because(result.Error);
    }

    [Test]
    public async Task So_is_that_of_a_further_command()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await Command.Run("setarch", ["-R", Repository.Executable, "exec", "--root", Inside.Store, sandbox.Name, "cat", "/proc/self/personality"]);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, Usual)).Because(result.Error);
    }
}
