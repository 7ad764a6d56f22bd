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
    public const int BlockSize = Conveyor.BlockSize;

    public const int Count = 8;

    private const nint Size = (nint)Count * BlockSize;

    private const FileSeals OnlyRead = FileSeals.F_SEAL_FUTURE_WRITE | FileSeals.F_SEAL_GROW | FileSeals.F_SEAL_SHRINK | FileSeals.F_SEAL_SEAL;

    private byte* _start;

    public SharedBlocks()
    {
        File = Libc.memfd_create("archive", MemoryFileFlags.MFD_CLOEXEC | MemoryFileFlags.MFD_ALLOW_SEALING);
        if (File.IsInvalid || Libc.ftruncate((int)File.DangerousGetHandle(), Size) != 0
            || (_start = Libc.MapShared(File, Size, canWrite: true)) is null || Libc.AddSeals(File, OnlyRead) != 0)
        {
            throw SandboxException.FromLastError("cannot make memory to share with the unpacking process");
        }
    }

    /// <summary>The memory file.</summary>
    public SafeFileHandle File { get; }

    /// <summary>The memory as a worker sees it. It stays mapped until the worker ends.</summary>
    public static ReadOnlyMemory<byte> MapForReading(SafeFileHandle file)
    {
        byte* start = Libc.MapShared(file, Size, canWrite: false);
        return start is not null ? new MappedMemory(start, (int)Size).Memory : throw SandboxException.FromLastError("cannot see the archive");
    }

    /// <summary>The bytes of one block.</summary>
    public Span<byte> this[int block] => block is >= 0 and < Count && _start is not null
        ? new Span<byte>(_start + ((nint)block * BlockSize), BlockSize)
        : throw new ArgumentOutOfRangeException(nameof(block));

    public void Dispose()
    {
        if (_start is not null)
        {
            _ = Libc.munmap(_start, Size);
            _start = null;
        }

        File.Dispose();
    }
}
