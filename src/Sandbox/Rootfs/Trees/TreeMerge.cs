using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The worker that makes one tree of several layers. In the store it is made of hard links, so that it costs directories
/// only and its files are the layers' own; elsewhere it is made of copies, which may be changed.
/// </summary>
internal static class TreeMerge
{
    public const string Verb = "merge-worker";

    private const string Linking = "link", Copying = "copy";

    /// <summary>Merges layers, from lowest to highest and relative to the store, into the tree of a new directory.</summary>
    public static void Run(StartWorker startWorker, Store store, SafeFileHandle destination, ImmutableArray<string> layers, bool copy, SafeFileHandle? cancel)
    {
        _ = WorkerCall.Run(startWorker, "merge layers", new WorkerRequest
        {
            Verb = Verb,
            Arguments = [copy ? Copying : Linking, .. layers],
            Input = destination,
            InputIsDirectory = true,
            InputTakesLinks = !copy,
            Directory = store.Directory,
            DirectoryIsRead = true,
        }, cancel);
    }

    /// <summary>Merges and reports; returns the worker's exit code.</summary>
    public static int Run(ImmutableArray<string> words, SafeFileHandle destination, SafeFileHandle report, SafeFileHandle store) => UnpackWorker.Report(report, () =>
    {
        bool copy = words[0] == Copying;
        if (!copy && (Libc.mkdirat(destination, Layer.Tree, CurrentDirectory.ModeOfMissingParents) != 0))
        {
            throw SandboxException.FromLastError("cannot merge layers");
        }

        using SafeFileHandle target = Open(destination, copy ? "." : Layer.Tree);
        TreeMerger merger = new(target, copy);
        for (int i = 1; i < words.Length; i++)
        {
            using SafeFileHandle layer = Open(store, words[i]);
            merger.Add(layer);
        }

        if (!copy && merger.HasRoot)
        {
            LinkText.TryCreate(destination, Layer.OwnRoot, "yes");
        }

        return new UnpackResult { Entries = merger.Entries, Bytes = 0, DeviceNodesLeftOut = 0, AttributesLeftOut = 0 };
    });

    private static SafeFileHandle Open(SafeFileHandle parent, string path)
    {
        SafeFileHandle directory = Libc.openat(parent.Descriptor(), path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        return directory.IsInvalid ? throw SandboxException.FromLastError($"cannot open {path} to merge it") : directory;
    }
}
