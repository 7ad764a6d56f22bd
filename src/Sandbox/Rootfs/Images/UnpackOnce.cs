using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The way to a layer that the index cannot name for sure: one run at a time looks at an archive file, and the others
/// then find what it has found. Different files with the same content end in the same layer.
/// </summary>
internal sealed unsafe class UnpackOnce
{
    /// <summary>How often a waiting run looks whether it is its turn, in milliseconds.</summary>
    private const int LookPeriod = 20;

    private readonly Store _store;
    private readonly ImageRequest _request;
    private readonly TreeRemover _remover;

    public UnpackOnce(Store store, ImageRequest request)
    {
        _store = store;
        _request = request;
        _remover = new TreeRemover(request.Map, request.StartWorker);
    }

    /// <summary>Finds or makes the trees of the archive, and locks them.</summary>
    public RootfsSource Open()
    {
        // Before the space of the disk is asked for: what was left behind may be much.
        Sweep.Run(_store, _remover);
        using SafeFileHandle archive = ImageInput.OpenArchive(_request.Image);
        FileStamp stamp = StampOf(archive);
        using HeldDirectory turn = AwaitTurn($"tmp/{stamp.File}.{_request.Map}");
        try
        {
            return TryKnown(archive, stamp) ?? OpenNew(archive, stamp);
        }
        finally
        {
            turn.Remove(_remover);
        }
    }

    /// <summary>The same for the archive of a root file system that came through a pipe, and is known by its content only.</summary>
    public RootfsSource OpenSpooled(SpooledArchive archive)
    {
        _request.RequireNoChoice();
        return Unpack(new FileRange(archive.File, 0, archive.Size), static () => { }) is { } unpacked
            ? ImageTree.OfLayer(_store, unpacked.Id, unpacked.Layer)
            : throw new SandboxException($"cannot open {_request.Image}", "it was changed while it was read");
    }

    /// <summary>
    /// What the index names, if the file's content is still that. It may be in doubt after a change of times, or because
    /// the file was read right after it was written; which image an archive holds is then looked up again.
    /// </summary>
    private RootfsSource? TryKnown(SafeFileHandle archive, FileStamp stamp)
    {
        if (ImageIndex.Find(_store, stamp, _request) is not { } known || (known.Image is not null && !known.Certain)
            || ImageTree.TryKnown(_store, _request, known) is not { } source)
        {
            return null;
        }

        if (!known.Certain && known.Layer is { } layer)
        {
            DateTimeOffset began = _request.Clock();
            using RangeSource bytes = new(new FileRange(archive, 0, stamp.Size), _request.Image);
            if (ArchiveFeed.DigestOf(bytes) != layer.Content)
            {
                source.Release();
                return null;
            }

            RequireUnchanged(archive, stamp);
            ImageIndex.Record(_store, stamp, _request, layer.ToString(), began);
        }

        return source;
    }

    private RootfsSource OpenNew(SafeFileHandle archive, FileStamp stamp)
    {
        DateTimeOffset began = _request.Clock();
        RootfsSource? source = null;
        string found = "";
        if (ArchiveMembers.IsWhatBegins(archive, stamp.Size, _request.Image))
        {
            using ArchiveMembers members = ArchiveMembers.Read(archive, stamp.Size, _request.Image);
            source = ImageTree.OfImages(_store, _request, members);
        }
        else if (Unpack(new FileRange(archive, 0, stamp.Size), () => RequireUnchanged(archive, stamp)) is { } unpacked)
        {
            source = ImageTree.OfLayer(_store, unpacked.Id, unpacked.Layer);
            _request.RequireNoChoice();
            found = unpacked.Id.ToString();
        }

        // The content of a compressed archive turned out to be images: they are read where they can be found.
        source ??= ImageInput.Spool(_store, _request, archive, spooled =>
            ImageTree.OfImages(_store, _request, ArchiveMembers.Read(spooled.File, spooled.Size, _request.Image)));
        RequireUnchanged(archive, stamp);
        ImageIndex.Record(_store, stamp, _request, source.Image?.ToString() ?? found, began);
        return source;
    }

    /// <summary>Unpacks the archive of a root file system; null where it holds images.</summary>
    private (LayerId Id, SafeFileHandle Layer)? Unpack(FileRange archive, Action check)
    {
        HeldDirectory work = HeldDirectory.Create(_store, "tmp", _request.Map);
        SafeFileHandle? layer = null;
        try
        {
            (Digest digest, WorkerReport report) = Fill(work.Handle, archive);
            if (report.HoldsImages)
            {
                return null;
            }

            check();
            LayerId id = new(LayerKind.Archive, digest, _request.Map);
            layer = Layer.Install(_store, work, id, _remover, report.DeviceNodesLeftOut);
            return (id, layer);
        }
        finally
        {
            if (!ReferenceEquals(layer, work.Handle))
            {
                work.Remove(_remover);
                work.Dispose();
            }
        }
    }

    /// <summary>Unpacks into the directory; a failure for want of space tells where the space is wanting.</summary>
    private (Digest Digest, WorkerReport Report) Fill(SafeFileHandle directory, FileRange archive)
    {
        UnpackLimits limits = DiskSpace.Bound(_request.Limits, _store);
        (Digest, WorkerReport)? result = null;
        try
        {
            using Progress progress = new(_request.Progress, _request.Quiet);
            new UnpackLoop(_request.Cancel, progress).Run(1, 1, _ => new UnpackSession(
                new UnpackJob
                {
                    Name = _request.Image,
                    Verb = UnpackWorker.Verb,
                    Arguments = UnpackWorker.Arguments(_request.Image, limits),
                    Bytes = new RangeSource(archive, _request.Image),
                    Size = archive.Length,
                    Destination = directory,
                },
                _request.StartWorker), (_, session) => result = session.Result);
            return result!.Value;
        }
        catch (SandboxException failure) when (DiskSpace.IsShort(failure, _request.Limits, limits))
        {
            throw DiskSpace.Explain(failure, _store, _request.Limits, limits);
        }
    }

    private HeldDirectory AwaitTurn(string path)
    {
        using StatusLine status = new(_request.Quiet);
        while (true)
        {
            if (HeldDirectory.TryTake(_store, path) is { } turn)
            {
                return turn;
            }

            status.Show(_request.Image, static image => $"waiting for another run that unpacks {image}");
            PollDescriptor polled = PollDescriptor.On(_request.Cancel, PollEvents.POLLIN);
            if (Libc.poll(&polled, 1, LookPeriod) > 0)
            {
                throw Interruption.Of($"cannot unpack {_request.Image}", _request.Cancel!);
            }
        }
    }

    private FileStamp StampOf(SafeFileHandle archive)
    {
        if (archive.IsInvalid || Libc.statx(archive, out Statx status) != 0)
        {
            throw ImageFailure.ToOpen(_request.Image);
        }

        return new FileStamp(status);
    }

    private void RequireUnchanged(SafeFileHandle archive, FileStamp stamp)
    {
        if (StampOf(archive) != stamp)
        {
            throw new SandboxException($"cannot unpack {_request.Image}", "it was changed while it was read");
        }
    }
}
