using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>An unpacking may go as far as there is room, whatever a file system says of itself.</summary>
public class DiskSpaceTests
{
    [Test]
    [Arguments(10UL, 4096UL, 40960L)]
    [Arguments(0UL, 4096UL, 0L)]
    [Arguments(1UL << 52, 1UL << 12, 1L << 40)]
    [Arguments(ulong.MaxValue, ulong.MaxValue, 1L << 40)]
    public async Task The_room_is_counted_without_overflow(ulong blocks, ulong size, long bytes) =>
        await Assert.That(DiskSpace.Bound(new UnpackLimits(), new FileSystemStatus { BlocksAvailable = blocks, FragmentSize = size }).Bytes).IsEqualTo(bytes);

    [Test]
    [Arguments(0UL, 0UL, 4_000_000L)]
    [Arguments(100UL, 7UL, 7L)]
    [Arguments(ulong.MaxValue, ulong.MaxValue, 4_000_000L)]
    public async Task Where_no_inodes_are_counted_there_is_room_for_all(ulong files, ulong available, long entries) =>
        await Assert.That(DiskSpace.Bound(new UnpackLimits(), new FileSystemStatus { Files = files, FilesAvailable = available }).Entries).IsEqualTo(entries);
}
