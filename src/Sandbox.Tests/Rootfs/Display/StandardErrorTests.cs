using Sandbox.Rootfs;

namespace Sandbox.Tests.Rootfs;

/// <summary>A line that is drawn again and again stays in its row: each that was wrapped would leave one behind.</summary>
public class StandardErrorTests
{
    [Test]
    [Arguments(0)]
    [Arguments(1)]
    [Arguments(2)]
    [Arguments(40)]
    [Arguments(80)]
    [Arguments(81)]
    [Arguments(200)]
    public async Task A_line_fits_into_the_terminal(int columns)
    {
        string line = new UnpackMeter("a-name-that-is-as-long-as-it-may-be.tar", 170_000_000, 99_000_000, TimeSpan.FromSeconds(0.7)).ToString();
        string row = StandardError.Row(line, columns);
        await Assert.That(line).StartsWith(row);
        await Assert.That(row.Length).IsEqualTo(columns == 0 ? line.Length : Math.Min(line.Length, columns - 1));
        await Assert.That(line.Length).IsGreaterThan(80);
    }
}
