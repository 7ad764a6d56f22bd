using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>From when on a file is old enough that its times tell of every later change.</summary>
public class FileStampTests
{
    private const long Seconds = 1_800_000_000;

    [Test]
    [Arguments(0u, 2_009_999_900L, false)]
    [Arguments(0u, 2_010_000_000L, true)]
    [Arguments(180_000_000u, 2_180_000_000L, false)]
    [Arguments(180_000_000u, 2_190_000_000L, true)]
    [Arguments(999_999_999u, 3_009_999_900L, false)]
    [Arguments(999_999_999u, 3_010_000_000L, true)]
    public async Task Two_seconds_and_a_tick_make_it_old_enough(uint changedNanoseconds, long readNanoseconds, bool isSettled)
    {
        Statx status = new() { Changed = new StatxTimestamp { Seconds = Seconds, Nanoseconds = changedNanoseconds } };
        DateTimeOffset read = DateTimeOffset.FromUnixTimeSeconds(Seconds).AddTicks(readNanoseconds / TimeSpan.NanosecondsPerTick);
        await Assert.That(new FileStamp(status).IsSettled(read)).IsEqualTo(isSettled);
    }

    /// <summary>A file system may say anything.</summary>
    [Test]
    [Arguments(long.MinValue, true)]
    [Arguments(long.MaxValue, false)]
    public async Task No_time_is_too_large(long seconds, bool isSettled)
    {
        Statx status = new() { Changed = new StatxTimestamp { Seconds = seconds } };
        await Assert.That(new FileStamp(status).IsSettled(DateTimeOffset.UtcNow)).IsEqualTo(isSettled);
    }
}
