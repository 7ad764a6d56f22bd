using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>Unpacks archives the way the worker does.</summary>
internal static class Unpacking
{
    /// <summary>The name by which failures call the archive.</summary>
    public const string Name = "the.tar";

    /// <summary>Unpacks a file; root keeps the owners, as the worker does for root.</summary>
    public static UnpackResult File(string archive, string destination, UnpackLimits? limits = null)
    {
        using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, archive, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        return Unpack(new DescriptorSource(file, Name), destination, limits);
    }

    /// <summary>Unpacks bytes.</summary>
    public static UnpackResult Bytes(byte[] archive, string destination, UnpackLimits? limits = null) =>
        Unpack(new PrefixedSource(archive, new EmptySource()), destination, limits);

    /// <summary>The failure of unpacking bytes; none is a failure of the test.</summary>
    public static SandboxException Failure(byte[] archive, string destination, UnpackLimits? limits = null)
    {
        try
        {
            Bytes(archive, destination, limits);
        }
        catch (SandboxException failure)
        {
            return failure;
        }

        throw new InvalidOperationException("the archive was unpacked");
    }

    private static UnpackResult Unpack(ByteSource source, string destination, UnpackLimits? limits)
    {
        limits = (limits ?? new UnpackLimits { KeepOwners = Libc.geteuid() == 0 }) with { Umask = Umask() };
        const OpenFlags Flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;
        using SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, destination, Flags, 0);
        ArchivePlace place = new(Name);
        using Conveyor blocks = new(source);
        using SafeFileHandle nothing = System.IO.File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
        return Unpacker.Unpack(
            blocks, Name, place, directory, limits, new LowerNeeds { HasLower = false }, new TarRecord((int)nothing.DangerousGetHandle(), place, new ContentSum()));
    }

    /// <summary>The mask of this process, read: umask(2) tells it by changing it, under other tests that make files.</summary>
    private static ModeBits Umask()
    {
        string line = System.IO.File.ReadLines("/proc/self/status").First(static line => line.StartsWith("Umask:", StringComparison.Ordinal));
        return (ModeBits)Convert.ToUInt32(line["Umask:".Length..].Trim(), 8);
    }

    private sealed class EmptySource : ByteSource
    {
        public override int Read(Span<byte> buffer) => 0;
    }
}
