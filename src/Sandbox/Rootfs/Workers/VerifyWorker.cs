using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The worker that checks a tree: its archive, put together again, must have the digest that the tree is known by, each
/// content its own, and the tree must be what the archive says (see <see cref="LayerCheck"/>). Of an archive that was
/// compressed the digest cannot be had again: there each entry is checked, by itself.
/// </summary>
internal static class VerifyWorker
{
    public const string Verb = "verify-worker";

    /// <summary>The words of its command line.</summary>
    public static ImmutableArray<string> Arguments(LayerId id, bool owners) =>
    [
        id.Content.ToString(),
        ((int)id.Content.Algorithm).ToString(CultureInfo.InvariantCulture),
        owners ? "owners" : "no-owners",
        id.Kind == LayerKind.Layer ? "layer" : "archive",
    ];

    /// <summary>Whether there is something that a tree can be compared with.</summary>
    public static bool CanCheck(LayerId id, SafeFileHandle layer) =>
        id.Kind != LayerKind.Merged && LinkText.Read(layer, Layer.Rewritten) is null
        && (id.Kind == LayerKind.Layer || Libc.faccessat(layer.Descriptor(), TarRecord.FileName, 0, AtFlags.AT_SYMLINK_NOFOLLOW) == 0);

    /// <summary>Checks and reports; returns the worker's exit code.</summary>
    public static int Run(ImmutableArray<string> words, SafeFileHandle input, SafeFileHandle report, SafeFileHandle layer) => UnpackWorker.Report(report, () =>
    {
        string name = words[0];
        ArchivePlace place = new(name);
        using SafeFileHandle tree = Libc.openat(layer.Descriptor(), Layer.Tree, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        if (tree.IsInvalid)
        {
            throw SandboxException.FromLastError($"damaged {name}");
        }

        TarRecordSource rebuilt = TarRecordSource.Open(layer, name);
        using HashingSource tar = new(rebuilt, (DigestAlgorithm)int.Parse(words[1], CultureInfo.InvariantCulture));
        using Conveyor conveyor = new(tar);
        TarInput archive = new(conveyor, place, long.MaxValue, openEnd: true);
        TarReader reader = new(archive, place);
        bool isLayer = words[3] == "layer";
        LayerCheck check = new(tree, LowerNeeds.Read(layer), name, words[2] == "owners", hasWhiteouts: isLayer);
        long entries = 0;
        for (; reader.MoveNext(); entries++)
        {
            check.Entry(reader.Entry, place);
        }

        archive.Drain();
        if (tar.Digest.ToString() != name && (isLayer || !rebuilt.WasCompressed))
        {
            throw new SandboxException($"damaged {name}", $"its archive has another digest now, {tar.Digest}");
        }

        check.Finish(rebuilt.AttributesLeftOut);
        return new UnpackResult { Entries = entries, Bytes = 0, DeviceNodesLeftOut = 0, AttributesLeftOut = 0 };
    });
}
