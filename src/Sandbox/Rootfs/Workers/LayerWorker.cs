using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// One layer of an image, seen from the worker: its blob from memory; its tree, its manifest and its needs of lower layers
/// into the directory that it is given; a report with its diff_id through a pipe.
/// </summary>
internal static class LayerWorker
{
    public const string Verb = "layer-worker";

    /// <summary>The words of the worker's command line.</summary>
    public static ImmutableArray<string> Arguments(string name, MediaKind kind, DigestAlgorithm diffId, UnpackLimits limits) =>
        [((int)kind).ToString(CultureInfo.InvariantCulture), ((int)diffId).ToString(CultureInfo.InvariantCulture), .. UnpackWorker.Arguments(name, limits)];

    /// <summary>Unpacks and reports; returns the worker's exit code.</summary>
    public static int Run(ImmutableArray<string> words, BlockSource blob, SafeFileHandle report, SafeFileHandle directory)
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

    private static UnpackResult Unpack(string name, UnpackLimits limits, MediaKind kind, DigestAlgorithm algorithm, BlockSource blob, SafeFileHandle directory)
    {
        ArchivePlace place = new(name);
        using LayerFiles files = new(directory);
        using BlockBytes source = new(blob);
        using HashingSource tar = new(new DecompressedSource(source, name, limits.DecoderMemory, kind), algorithm);
        LowerNeeds needs = new();
        UnpackResult result = Unpacker.UnpackLayer(tar, place, files.Tree, limits, needs, new TarRecord(files.Manifest, place));
        files.Write(needs);
        return result with { Digest = tar.Digest };
    }
}
