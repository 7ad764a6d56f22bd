namespace Sandbox.Tests.Oci;

/// <summary>Nothing hangs: every operation on a container in every state ends, by itself and soon.</summary>
[Category(Category.Root)]
public class OperationEndTests
{
    private static readonly string[][] Operations =
    [
        ["state", "one"],
        ["list"],
        ["ps", "one"],
        ["events", "--stats", "one"],
        ["update", "--pids-limit", "100", "one"],
        ["exec", "one", "true"],
        ["pause", "one"],
        ["resume", "one"],
        ["start", "one"],
        ["kill", "one", "TERM"],
        ["kill", "--all", "one", "KILL"],
        ["delete", "one"],
        ["delete", "--force", "one"],
    ];

    public static IEnumerable<Func<(string State, string[] Operation)>> All() =>
        from state in new[] { "none", "created", "running", "paused", "stopped" }
        from operation in Operations
        select (Func<(string, string[])>)(() => (state, operation));

    [Test]
    [MethodDataSource(nameof(All))]
    public async Task An_operation_ends(string state, string[] operation)
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await Bring(scene, state);
        CommandResult result = await scene.Do(operation);

        // Whatever is refused is refused in words.
        await Assert.That(result.ExitCode == 0 || result.Error.StartsWith("sandbox: ", StringComparison.Ordinal)).IsTrue().Because(result.Error);
        await Assert.That(result.Error).DoesNotContain("fault of sandbox's own");
    }

    private static async Task Bring(OciScene scene, string state)
    {
        if (state == "none")
        {
            return;
        }

        await scene.Must("create", "one");
        if (state != "created")
        {
            await scene.Must("start", "one");
        }

        if (state == "paused")
        {
            // Where there is no cgroup to be had, it goes on.
            await scene.Leave("pause", "one");
        }
        else if (state == "stopped")
        {
            await scene.Must("kill", "one", "KILL");
            await scene.AwaitStop();
        }
    }
}
