using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>A tree is copied as it is, and what cannot be copied leaves nothing open.</summary>
public class TreeCopierTests
{
    [Test]
    public async Task A_file_with_holes_is_copied_with_them()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir from to; printf begin > from/x; truncate -s 3M from/x; printf end >> from/x; chmod 640 from/x; touch -d @1000000000 from/x");

        await Assert.That(Copy(work, "x")).IsEqualTo(0);
        await work.Shell("cmp from/x to/x");
        await Assert.That(await work.Shell("stat -c '%a %Y' to/x; test $(stat -c %b to/x) -lt 2000")).IsEqualTo("640 1000000000\n");
    }

    [Test]
    public async Task Where_the_copy_cannot_be_made_the_file_does_not_stay_open()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir from to; touch from/x to/x");

        await Assert.That(Copy(work, "x")).IsEqualTo(-1);
        await Assert.That(Directory.EnumerateFiles("/proc/self/fd").Select(static descriptor => new FileInfo(descriptor).LinkTarget)).DoesNotContain(work.In("from/x"));
    }

    private static unsafe int Copy(WorkDirectory work, string name)
    {
        using SafeFileHandle from = Open(work.In("from")), to = Open(work.In("to"));
        if (Libc.statx(from.Descriptor(), name, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx status) != 0)
        {
            throw SandboxException.FromLastError(name);
        }

        fixed (byte* bytes = System.Text.Encoding.UTF8.GetBytes(name + '\0'))
        {
            return new TreeCopier(to.Descriptor()).Copy(from.Descriptor(), bytes, to.Descriptor(), [], status);
        }
    }

    private static SafeFileHandle Open(string path) => Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
}
