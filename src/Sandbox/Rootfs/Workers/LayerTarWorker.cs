using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>
/// The worker that gives out a tar archive: that of a layer as it came, or a new one of a directory that a run has changed.
/// It writes to the descriptor that others read from.
/// </summary>
internal static unsafe class LayerTarWorker
{
    public const string Verb = "tar-worker";

    private const string Changes = "changes", Archive = "archive";

    /// <summary>The words for the archive that a layer came as.</summary>
    public static ImmutableArray<string> OfLayer(string name, DigestAlgorithm algorithm) =>
        [name, Archive, ((int)algorithm).ToString(CultureInfo.InvariantCulture)];

    /// <summary>The words for the changes in an overlay's upper directory.</summary>
    /// <param name="own">What sandbox made there itself.</param>
    public static ImmutableArray<string> OfChanges(string name, ImmutableArray<OwnEntry> own) => [name, Changes, .. own.Select(static entry => entry.ToWord())];

    /// <summary>Writes and reports; returns the worker's exit code.</summary>
    public static int Run(ImmutableArray<string> words, SafeFileHandle output, SafeFileHandle report, SafeFileHandle directory) => UnpackWorker.Report(report, () =>
    {
        PipeSink sink = new(output, words[0]);
        if (words[1] == Changes)
        {
            new ChangesArchive(directory, sink, [.. Array.ConvertAll([.. words[2..]], OwnEntry.FromWord)]).Write();
            return new UnpackResult { Entries = 0, Bytes = 0, DeviceNodesLeftOut = 0, AttributesLeftOut = 0 };
        }

        using HashingSource tar = new(TarRecordSource.Open(directory, words[0]), (DigestAlgorithm)int.Parse(words[2], CultureInfo.InvariantCulture));
        byte[] block = new byte[Conveyor.BlockSize];
        long total = 0;
        for (int count; (count = tar.Read(block)) > 0; total += count)
        {
            sink.Write(block.AsSpan(0, count));
        }

        return new UnpackResult { Entries = 0, Bytes = total, DeviceNodesLeftOut = 0, AttributesLeftOut = 0, Digest = tar.Digest };
    });
}
