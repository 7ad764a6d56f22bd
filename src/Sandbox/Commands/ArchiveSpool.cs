using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// An archive on its way to standard output. In front of a layer its size and its digest are said, which are known behind it: so the
/// whole is a file of the store first, without a name, and nothing is passed on of an archive that cannot be finished.
/// </summary>
internal sealed class ArchiveSpool : IDisposable
{
    private const int StandardOutput = 1;
    private const string Name = "archive";
    private const uint OwnerOnly = 0x180; // 0600

    private readonly StoreAccess _access;
    private readonly HeldDirectory _work;

    private ArchiveSpool(StoreAccess access, HeldDirectory work, SafeFileHandle file)
    {
        _access = access;
        _work = work;
        File = file;
    }

    /// <summary>What the archive is written to.</summary>
    public SafeFileHandle File { get; }

    public static ArchiveSpool Create(StoreAccess access)
    {
        if (Libc.isatty(StandardOutput) == 1)
        {
            throw new SandboxException("cannot write an archive to standard output", "it is a terminal", "send it into a pipe or a file, or name a file with -o FILE");
        }

        HeldDirectory work = HeldDirectory.Create(access.Store, "tmp", access.Ids.Key);
        SafeFileHandle file = Libc.openat(work.Handle.Descriptor(), Name, OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, OwnerOnly);
        ArchiveSpool spool = new(access, work, file);
        if (!file.IsInvalid && Libc.unlinkat(work.Handle, Name, AtFlags.None) == 0)
        {
            return spool;
        }

        SandboxException failure = SandboxException.OfWriting("cannot write the archive");
        spool.Dispose();
        throw failure;
    }

    /// <summary>Writes all of it to standard output.</summary>
    public unsafe void PassOn()
    {
        byte[] block = new byte[Conveyor.BlockSize];
        for (long offset = 0; ;)
        {
            nint count;
            fixed (byte* start = block)
            {
                count = Libc.pread(File, start, block.Length, offset);
            }

            if (count < 0)
            {
                throw SandboxException.FromLastError("cannot read the archive again");
            }

            if (count == 0)
            {
                return;
            }

            Output.Pass(StandardOutput, block.AsSpan(0, (int)count));
            offset += count;
        }
    }

    public void Dispose()
    {
        File.Dispose();
        _work.Remove(_access.Remover);
        _work.Dispose();
    }
}
