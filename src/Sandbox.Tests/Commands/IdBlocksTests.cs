using Microsoft.Win32.SafeHandles;
using Sandbox.Commands;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Commands;

/// <summary>No two sandboxes of root share ids.</summary>
public class IdBlocksTests
{
    [Test]
    public async Task A_block_is_nobody_elses_until_it_is_given_up()
    {
        string state = Directory.CreateTempSubdirectory("sandbox-ids-").FullName;
        uint first = IdBlocks.Take(state, "", "", out SafeFileHandle firstLock);
        uint second = IdBlocks.Take(state, "", "", out SafeFileHandle secondLock);

        // What another test is starting has the lock's file too, between fork(2) and execve(2): closing alone would not do.
        _ = Libc.flock(firstLock, LockOperation.LOCK_UN);
        firstLock.Dispose();
        uint third = IdBlocks.Take(state, "", "", out SafeFileHandle thirdLock);
        secondLock.Dispose();
        thirdLock.Dispose();
        Directory.Delete(state, recursive: true);
        await Assert.That(second).IsNotEqualTo(first);
        await Assert.That(third).IsEqualTo(first);
    }

    [Test]
    public async Task A_place_for_locks_that_cannot_be_made_is_named()
    {
        string file = Path.GetTempFileName();
        SandboxException? failure = await Assert.That(() => { _ = IdBlocks.Take(file, "", "", out _); }).Throws<SandboxException>();
        File.Delete(file);
        await Assert.That(failure!.Message).StartsWith($"cannot make {file}/ids: ");
    }
}
