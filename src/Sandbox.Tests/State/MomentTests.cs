using Sandbox.State;

namespace Sandbox.Tests.State;

/// <summary>Times are written as RFC 3339 has them, and nothing else is read for one.</summary>
public class MomentTests
{
    [Test]
    [Arguments(0L, "1970-01-01T00:00:00.000Z")]
    [Arguments(951782400123L, "2000-02-29T00:00:00.123Z")]
    public async Task A_time_is_written_and_read(long milliseconds, string text)
    {
        await Assert.That(new Moment(milliseconds).ToString()).IsEqualTo(text);
        await Assert.That(Moment.Parse(text)).IsEqualTo(new Moment(milliseconds));
    }

    [Test]
    [Arguments(null)]
    [Arguments("")]
    [Arguments("2000-02-30T00:00:00.000Z")]
    [Arguments("2000-13-01T00:00:00.000Z")]
    [Arguments("2000-01-01T24:00:00.000Z")]
    [Arguments("0000-01-01T00:00:00.000Z")]
    [Arguments("2000-01-01 00:00:00.000Z")]
    [Arguments("2000-01-01T00:00:00.000")]
    public async Task What_is_no_time_is_none(string? text) => await Assert.That(Moment.Parse(text)).IsNull();
}
