using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>What an unpacking process that was taken over left beside its tree neither fills the memory of who reads it nor keeps him waiting.</summary>
public class LowerNeedsTests
{
    [Test]
    [Arguments("truncate --size 1T needs")]
    [Arguments("mkfifo needs")]
    [Arguments("mkdir needs")]
    public async Task What_is_no_list_of_needs_is_refused(string script)
    {
        using WorkDirectory work = new();
        await work.Shell(script);
        using SafeFileHandle layer = Open(work.Path);
        await Assert.That(() => LowerNeeds.Read(layer)).Throws<SandboxException>().WithMessageContaining("'needs' is damaged");
    }

    [Test]
    public async Task Where_there_is_none_nothing_is_needed()
    {
        using WorkDirectory work = new();
        using SafeFileHandle layer = Open(work.Path);
        await Assert.That(LowerNeeds.Read(layer).Any).IsFalse();
    }

    private static SafeFileHandle Open(string path) => Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
}
