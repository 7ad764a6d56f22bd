using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The memory through which an archive goes to a worker: blocks that go round. The launcher reads the archive into it and
/// hashes it there; nobody else can write it (F_SEAL_FUTURE_WRITE), so that what was hashed is what the worker finds. A pipe
/// would copy each byte twice, which is a tenth of all that unpacking takes.
/// </summary>
internal sealed unsafe class SharedBlocks : IDisposable
{
    public const int Count = 8;

    private const FileSeals OnlyRead = FileSeals.F_SEAL_FUTURE_WRITE | FileSeals.F_SEAL_GROW | FileSeals.F_SEAL_SHRINK | FileSeals.F_SEAL_SEAL;

    private byte* _start;

    public SharedBlocks()
    {
        BlockSize = AllowedBlockSize();
        nint size = (nint)Count * BlockSize;
        File = Create();
        if (File.IsInvalid || Libc.ftruncate(File.Descriptor(), size) != 0
            || (_start = Libc.MapShared(File, size, canWrite: true)) is null || Libc.AddSeals(File, OnlyRead) != 0)
        {
            throw Failure((Errno)Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>A multiple of a tar record.</summary>
    public int BlockSize { get; }

    /// <summary>The memory file.</summary>
    public SafeFileHandle File { get; }

    /// <summary>The memory as a worker sees it, all blocks of one size. It stays mapped until the worker ends.</summary>
    public static ReadOnlyMemory<byte> MapForReading(SafeFileHandle file)
    {
        byte* start = Libc.statx(file, out Statx status) == 0 ? Libc.MapShared(file, (nint)status.Size, canWrite: false) : null;
        return start is not null ? new MappedMemory(start, (int)status.Size).Memory : throw SandboxException.FromLastError("cannot see the archive");
    }

    /// <summary>The bytes of one block.</summary>
    public Span<byte> this[int block] => block is >= 0 and < Count && _start is not null
        ? new Span<byte>(_start + ((nint)block * BlockSize), BlockSize)
        : throw new ArgumentOutOfRangeException(nameof(block));

    public void Dispose()
    {
        if (_start is not null)
        {
            _ = Libc.munmap(_start, (nint)Count * BlockSize);
            _start = null;
        }

        File.Dispose();
    }

    /// <summary>The limit on the size of files (RLIMIT_FSIZE) holds for memory files too: a low one makes small blocks.</summary>
    private static int AllowedBlockSize()
    {
        ulong limit = Libc.getrlimit(ResourceLimit.RLIMIT_FSIZE, out ResourceLimitValue value) == 0 ? value.Soft : ulong.MaxValue;
        int size = (int)Math.Min(Conveyor.BlockSize, limit / Count) / TarInput.RecordSize * TarInput.RecordSize;
        return size > 0 ? size : throw Failure(Errno.EFBIG);
    }

    /// <summary>A file that is no program: an archive would have one in it for the worker that it took over. Before Linux 6.3 the flag is unknown (EINVAL).</summary>
    private static SafeFileHandle Create()
    {
        const MemoryFileFlags flags = MemoryFileFlags.MFD_CLOEXEC | MemoryFileFlags.MFD_ALLOW_SEALING;
        SafeFileHandle file = Libc.memfd_create("archive", flags | MemoryFileFlags.MFD_NOEXEC_SEAL);
        return file.IsInvalid && (Errno)Marshal.GetLastPInvokeError() == Errno.EINVAL ? Libc.memfd_create("archive", flags) : file;
    }

    private static SandboxException Failure(Errno errno) => SandboxException.FromErrno(
        "cannot make memory to share with the unpacking process", errno, errno == Errno.EFBIG ? "raise the limit on the size of files (ulimit -f)" : null);
}
