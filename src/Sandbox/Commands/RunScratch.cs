using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Rootfs;
using Sandbox.Seccomp;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Where a run's changes go, and their removal at its end.</summary>
internal sealed class RunScratch : IDisposable
{
    private readonly DiskScratch? _disk;
    private readonly KeptScratch? _kept;
    private readonly string? _listed;
    private readonly TreeRemover _remover;

    private RunScratch(DiskScratch? disk, KeptScratch? kept, ulong? size, TreeRemover remover, string? listed = null)
    {
        _disk = disk;
        _kept = kept;
        _listed = listed;
        _remover = remover;
        Size = size;
    }

    /// <summary>The limit of the tmpfs in bytes; null for the usual share of memory.</summary>
    public ulong? Size { get; }

    /// <summary>The directory with "upper" and "work", absolute or relative to the store; null for a tmpfs.</summary>
    public string? Directory => _disk?.Path ?? _kept?.Path ?? _listed;

    /// <summary>
    /// Whether it outlives the run. Its files then belong to the ids of the store's trees: those of this sandbox may be
    /// another's in the next run.
    /// </summary>
    public bool IsKept => _kept is not null || _listed is not null;

    /// <summary>Gives out what was changed as the archive of a layer.</summary>
    /// <param name="own">What the launch made there.</param>
    public LayerTar Archive(StoreAccess access, string what, ImmutableArray<OwnEntry> own)
    {
        using SafeFileHandle upper = access.Store.TryOpen(Directory + "/upper") ?? throw SandboxException.FromErrno($"cannot read {what}", Errno.ENOENT);
        Workers workers = IsKept ? access.Workers : new Workers(access.Ids.OfSandbox);
        return new LayerTar(workers.Start, upper, LayerTarWorker.OfChanges(what, own));
    }

    public static RunScratch Create(RunOptions options, RootfsSource source, RuntimeSpec spec, KernelVersion kernel, StoreAccess access, uint rootMode)
    {
        if (options.Keep is not null || options.OverlayDirectory is not null)
        {
            return Keep(options, source, spec, access, rootMode);
        }

        return Create(options.Commit is null && options.Changes is null ? options.Scratch : new ScratchOption(ScratchKind.Disk), kernel, access.Store, access.Ids, rootMode, access.Remover);
    }

    private static RunScratch Keep(RunOptions options, RootfsSource source, RuntimeSpec spec, StoreAccess access, uint rootMode)
    {
        string path = AbsolutePath.Of(options.OverlayDirectory ?? "/");
        if (options.Keep is { } name)
        {
            access.Store.TryMakeDirectory(KeptScratch.Parent);
            path = $"{KeptScratch.Parent}/{name}";
        }

        if (options.DryRun && HoldsNothing(Path.Combine(access.Store.Path, path)))
        {
            // Who looks first finds everything as it was afterwards.
            return new RunScratch(null, null, null, access.Remover, path);
        }

        // An overlay that finds another tree below its changes shows neither the one nor the other.
        string image = source.Image?.ToString() ?? (source.Directory is null ? source.Layers[^1] : AbsolutePath.Of(options.Image));
        return new RunScratch(null, KeptScratch.Open(access.Store, path, $"{access.Ids.Key} {image}", rootMode, spec.Files.Select(static file => file.Destination)), null, access.Remover);
    }

    private static bool HoldsNothing(string path) =>
        !Path.Exists(path) || (System.IO.Directory.Exists(path) && !System.IO.Directory.EnumerateFileSystemEntries(path, "*", new EnumerationOptions { AttributesToSkip = 0 }).Any());

    private static RunScratch Create(ScratchOption option, KernelVersion kernel, Store store, SandboxIds ids, uint rootMode, TreeRemover remover)
    {
        // Overlay marks an opaque directory by a user xattr, which tmpfs has from 6.6 on.
        bool tmpfsHasMarks = kernel.IsAtLeast(new KernelVersion(6, 6));
        bool disk = option.Kind == ScratchKind.Disk || (option.Kind == ScratchKind.Auto && !tmpfsHasMarks);
        if (option.Kind == ScratchKind.Tmpfs && !tmpfsHasMarks)
        {
            throw new SandboxException("cannot use --scratch tmpfs", $"Linux {kernel} has no user xattrs on tmpfs", "Linux 6.6 has them; use --scratch disk here");
        }

        DiskScratch? scratch = disk ? DiskScratch.Create(store, ids.Key, rootMode) : null;
        if (scratch is not null && ids.MapsLayers)
        {
            GiveToRootInside(store, scratch, ids.Maps);
        }

        return new RunScratch(scratch, null, option.Size, remover);
    }

    /// <summary>Removes what the run left on the disk; no process of it is there any more.</summary>
    public void Dispose()
    {
        _kept?.Dispose();
        if (_disk is not null)
        {
            _disk.Remove(_remover);
            _disk.Dispose();
        }
    }

    private static void GiveToRootInside(Store store, DiskScratch scratch, IdMaps maps)
    {
        foreach (string directory in (ReadOnlySpan<string>)[scratch.Path, scratch.Upper, scratch.Work])
        {
            if (Libc.fchownat(store.Directory, directory, maps.Uids[0].HostId, maps.Gids[0].HostId, AtFlags.AT_SYMLINK_NOFOLLOW) != 0)
            {
                throw SandboxException.FromLastError($"cannot give {directory} to the sandbox");
            }
        }
    }
}
