using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Writes the content of an archive that holds images, which cannot be read in place because it is compressed or comes
/// through a pipe, to a file of the store.
/// </summary>
internal static class InflateWorker
{
    public const string Verb = "inflate-worker";

    /// <summary>The file's name in the directory that the worker is given.</summary>
    public const string FileName = "archive";

    private const uint OwnerOnly = 0x180;

    /// <summary>Writes and reports; returns the worker's exit code.</summary>
    public static int Run(ImmutableArray<string> words, BlockSource archive, SafeFileHandle report, SafeFileHandle directory) => UnpackWorker.Report(report, () =>
    {
        (string name, UnpackLimits limits) = UnpackWorker.Parse(words);
        using BlockBytes source = new(archive);
        using DecompressedSource content = new(source, name, limits.DecoderMemory);
        return new UnpackResult { Entries = 1, Bytes = Copy(content, name, limits.Bytes, directory), DeviceNodesLeftOut = 0, AttributesLeftOut = 0 };
    });

    private static long Copy(DecompressedSource content, string name, long limit, SafeFileHandle directory)
    {
        using SafeFileHandle file = Libc.openat(
            directory.Descriptor(), FileName, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, OwnerOnly);
        if (file.IsInvalid)
        {
            throw SandboxException.FromLastError($"cannot spool {name}");
        }

        byte[] block = new byte[Conveyor.BlockSize];
        long total = 0;
        for (int count; (count = content.Read(block)) > 0; total += count)
        {
            if (total + count > limit)
            {
                throw new SandboxException($"cannot spool {name}", $"its content is larger than the limit of {limit} bytes", errno: Errno.EFBIG);
            }

            if (!Libc.TryWriteAll(file, block.AsSpan(0, count)))
            {
                throw SandboxException.FromLastError($"cannot spool {name}");
            }
        }

        return total;
    }
}
