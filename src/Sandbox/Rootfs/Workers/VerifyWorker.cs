using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The worker that checks a layer: its archive, put together again, must have the digest of its diff_id, each content its
/// own, and the tree must be what the archive says (see <see cref="LayerCheck"/>).
/// </summary>
internal static class VerifyWorker
{
    public const string Verb = "verify-worker";

    /// <summary>The words of its command line.</summary>
    public static ImmutableArray<string> Arguments(Digest diffId, bool owners) =>
        [diffId.ToString(), ((int)diffId.Algorithm).ToString(CultureInfo.InvariantCulture), owners ? "owners" : "no-owners"];

    /// <summary>Checks and reports; returns the worker's exit code.</summary>
    public static int Run(ImmutableArray<string> words, SafeFileHandle input, SafeFileHandle report, SafeFileHandle layer) => UnpackWorker.Report(report, () =>
    {
        string name = words[0];
        ArchivePlace place = new(name);
        using SafeFileHandle tree = Libc.openat((int)layer.DangerousGetHandle(), Layer.Tree, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        if (tree.IsInvalid)
        {
            throw SandboxException.FromLastError($"damaged {name}");
        }

        TarRecordSource rebuilt = LayerTar.Rebuild(layer, name);
        using HashingSource tar = new(rebuilt, (DigestAlgorithm)int.Parse(words[1], CultureInfo.InvariantCulture));
        using Conveyor conveyor = new(tar);
        TarInput archive = new(conveyor, place, long.MaxValue, openEnd: true);
        TarReader reader = new(archive, place);
        LayerCheck check = new(tree, LowerNeeds.Read(layer), name, words[2] == "owners");
        long entries = 0;
        for (; reader.MoveNext(); entries++)
        {
            check.Entry(reader.Entry, place);
        }

        archive.Drain();
        if (tar.Digest.ToString() != name)
        {
            throw new SandboxException($"damaged {name}", $"its archive has another digest now, {tar.Digest}");
        }

        check.Finish(rebuilt.AttributesLeftOut);
        return new UnpackResult { Entries = entries, Bytes = 0, DeviceNodesLeftOut = 0, AttributesLeftOut = 0 };
    });
}
