using System.Text.Json;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Supervisor;

/// <summary>What <c>stats</c> shows, and of whom.</summary>
[Category(Category.Root)]
public class StatsTests
{
    [Test]
    public async Task Stats_tells_what_a_sandbox_uses()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("while :; do :; done");
        JsonElement figures = await Stats(sandbox);

        // A busy machine may have had no time for it meanwhile.
        using CancellationTokenSource deadline = new(Command.Patience);
        while (figures.GetProperty("CpuPercent").GetDouble() <= 0 && !deadline.IsCancellationRequested)
        {
            figures = await Stats(sandbox);
        }

        await Assert.That(figures.GetProperty("CpuPercent").GetDouble()).IsGreaterThan(0);
        await Assert.That(figures.GetProperty("Memory").GetInt64()).IsGreaterThan(0);
        await Assert.That(figures.GetProperty("Tasks").GetInt32()).IsGreaterThanOrEqualTo(2);
    }

    [Test]
    public async Task Those_that_run_are_measured_beside_one_that_does_not()
    {
        await using DetachedSandbox ended = await DetachedSandbox.Start("exit 3");
        await ended.Do("wait");
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await DetachedSandbox.Verb("stats", "--no-stream", "--interval", "0.1", "--json", "nosuch", ended.Name, sandbox.Name);
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((125, $"""
            sandbox: cannot find sandbox nosuch: there is none of that name or id
            hint: 'sandbox ps -a' lists them
            sandbox: cannot measure sandbox {ended.Name}: it has ended with 3

            """));
        using JsonDocument shown = JsonDocument.Parse(result.Output);
        await Assert.That(shown.RootElement.EnumerateArray().Select(one => one.GetProperty("Name").GetString()!)).IsEquivalentTo([sandbox.Name]);
    }

    /// <summary>A program that reads on must see where a look ends; one look is for people, too.</summary>
    [Test]
    public async Task Each_of_many_looks_is_a_line()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult looks = await Command.Run(
            "sh", ["-c", "\"$@\" | head -n 2", "sh", Repository.Executable, "stats", "--root", Inside.Store, "--interval", "0.1", "--json", sandbox.Name]);
        string[] lines = looks.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await Assert.That(lines.Select(line => JsonDocument.Parse(line).RootElement[0].GetProperty("Name").GetString()!)).IsEquivalentTo([sandbox.Name, sandbox.Name]);
    }

    private static async Task<JsonElement> Stats(DetachedSandbox sandbox) =>
        JsonDocument.Parse((await DetachedSandbox.Verb("stats", "--no-stream", "--interval", "0.2", "--json", sandbox.Name)).Output).RootElement[0];
}
