using System.Text;
using Sandbox.State;

namespace Sandbox.Tests.State;

/// <summary>The line before each piece of a log: what was written is read, and nothing else is taken for it.</summary>
public class LogRecordTests
{
    [Test]
    public async Task A_record_is_written_and_read()
    {
        LogRecord record = new(new Moment(1234567890123), 2, 65536);
        byte[] room = new byte[LogRecord.LongestHead];
        int length = record.Write(room);
        await Assert.That(LogRecord.TryRead(room.AsSpan(room.Length - length), out LogRecord read, out int head)).IsTrue();
        await Assert.That(read).IsEqualTo(record);
        await Assert.That(head).IsEqualTo(length);
    }

    [Test]
    [Arguments("")]
    [Arguments("1 1 1")]
    [Arguments("1 3 1\n")]
    [Arguments("1 1 65537\n")]
    [Arguments("1 1 -1\n")]
    [Arguments("1  1\n")]
    [Arguments("x 1 1\n")]
    [Arguments("11111111111111111111111111111111111111 1 1\n")]
    public async Task What_is_none_is_not_read(string text) =>
        await Assert.That(LogRecord.TryRead(Encoding.ASCII.GetBytes(text), out _, out _)).IsFalse();
}
