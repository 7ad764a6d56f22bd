using Sandbox.Boot;

namespace Sandbox.Tests.Boot;

/// <summary>Units start in an order that holds, and a wrong one keeps none of them from starting.</summary>
public sealed class UnitOrderTests
{
    [Test]
    public async Task What_waits_for_nothing_starts_together() =>
        await Assert.That(Order(out _, Of("c", "a", "b"), Of("a"), Of("b"), Of("d", "c"))).IsEqualTo("a b|c|d");

    [Test]
    public async Task A_circle_is_told_and_started()
    {
        await Assert.That(Order(out List<string> told, Of("a", "b"), Of("b", "a"), Of("c"))).IsEqualTo("c|a b");
        await Assert.That(told).Contains("units wait for each other in a circle: a, b; they start at once");
    }

    [Test]
    public async Task What_waits_for_nobody_known_is_told_and_started()
    {
        await Assert.That(Order(out List<string> told, Of("a", "nobody"))).IsEqualTo("a");
        await Assert.That(told).Contains("unit a is to start after nobody, which is no unit: that is ignored");
    }

    [Test]
    public async Task The_pause_doubles_and_has_an_end()
    {
        await Assert.That(BackOff.Pause(1)).IsEqualTo(200);
        await Assert.That(BackOff.Pause(3)).IsEqualTo(800);
        await Assert.That(BackOff.Pause(int.MaxValue)).IsEqualTo(30_000);
    }

    private static Unit Of(string name, params string[] after) => new() { Name = name, Image = "i", After = [.. after] };

    private static string Order(out List<string> told, params Unit[] units)
    {
        List<string> lines = told = [];
        return string.Join('|', UnitOrder.Groups(units, lines.Add).Select(static group => string.Join(' ', group.Select(static unit => unit.Name))));
    }
}
