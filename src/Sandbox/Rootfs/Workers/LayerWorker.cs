using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// One layer of an image, seen from the worker: its blob from one descriptor; its tree, its manifest and its needs of
/// lower layers into the directory that is another; a report with its diff_id to a third.
/// </summary>
internal static unsafe class LayerWorker
{
    public const string Verb = "layer-worker";

    private const OpenFlags NewFile = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
    private const uint OwnerOnly = 0x180;

    /// <summary>The words of the worker's command line.</summary>
    public static ImmutableArray<string> Arguments(string name, MediaKind kind, DigestAlgorithm diffId, UnpackLimits limits) =>
        [((int)kind).ToString(CultureInfo.InvariantCulture), ((int)diffId).ToString(CultureInfo.InvariantCulture), .. UnpackWorker.Arguments(name, limits)];

    /// <summary>Unpacks and reports; returns the worker's exit code.</summary>
    public static int Run(ImmutableArray<string> words, SafeFileHandle blob, SafeFileHandle report, SafeFileHandle directory)
    {
        if (words.Length < 2 || !int.TryParse(words[0], CultureInfo.InvariantCulture, out int kind) || !int.TryParse(words[1], CultureInfo.InvariantCulture, out int diffId))
        {
            throw new SandboxException($"cannot run {Verb}", "it is for sandbox itself to call");
        }

        return UnpackWorker.Report(report, () =>
        {
            (string name, UnpackLimits limits) = UnpackWorker.Parse(words[2..]);
            return Unpack(name, limits, (MediaKind)kind, (DigestAlgorithm)diffId, blob, directory);
        });
    }

    private static UnpackResult Unpack(string name, UnpackLimits limits, MediaKind kind, DigestAlgorithm algorithm, SafeFileHandle blob, SafeFileHandle directory)
    {
        ArchivePlace place = new(name);
        using SafeFileHandle tree = MakeTree(directory);
        using SafeFileHandle manifest = NewFileIn(directory, TarRecord.FileName);
        using DescriptorSource source = new(blob, name);
        using HashingSource tar = new(new DecompressedSource(source, name, limits.DecoderMemory, kind), algorithm);
        LowerNeeds needs = new();
        UnpackResult result = Unpacker.UnpackLayer(tar, place, tree, limits, needs, new TarRecord((int)manifest.DangerousGetHandle(), place));
        if (needs.Any)
        {
            WriteNeeds(directory, needs.Encode());
        }

        if (needs.HasRoot)
        {
            LinkText.TryCreate(directory, Layer.OwnRoot, "yes");
        }

        if (needs.Rewritten)
        {
            LinkText.TryCreate(directory, Layer.Rewritten, "yes");
        }

        return result with { Digest = tar.Digest };
    }

    private static SafeFileHandle MakeTree(SafeFileHandle directory)
    {
        SafeFileHandle tree = Libc.mkdirat(directory, Layer.Tree, CurrentDirectory.ModeOfMissingParents) == 0
            ? Libc.openat((int)directory.DangerousGetHandle(), Layer.Tree, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0)
            : new SafeFileHandle();
        return tree.IsInvalid ? throw SandboxException.FromLastError("cannot make a layer's directory") : tree;
    }

    private static SafeFileHandle NewFileIn(SafeFileHandle directory, string name)
    {
        SafeFileHandle file = Libc.openat((int)directory.DangerousGetHandle(), name, NewFile, OwnerOnly);
        return file.IsInvalid ? throw SandboxException.FromLastError($"cannot make a layer's {name}") : file;
    }

    private static void WriteNeeds(SafeFileHandle directory, byte[] needs)
    {
        using SafeFileHandle file = NewFileIn(directory, LowerNeeds.FileName);
        fixed (byte* start = needs)
        {
            if (Libc.pwrite((int)file.DangerousGetHandle(), start, needs.Length, 0) != needs.Length)
            {
                throw SandboxException.FromErrno("cannot write a layer's needs", (Errno)Marshal.GetLastPInvokeError());
            }
        }
    }
}
