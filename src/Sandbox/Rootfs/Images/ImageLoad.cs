using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Brings an image into the store: the layers that are not there yet are unpacked, a few at a time, each verified by its
/// digest, its size and its diff_id; the image itself is added last. Whatever fails leaves nothing behind.
/// </summary>
internal sealed class ImageLoad
{
    private readonly Store _store;
    private readonly ImageRequest _request;
    private readonly TreeRemover _remover;

    public ImageLoad(Store store, ImageRequest request)
    {
        _store = store;
        _request = request;
        _remover = new TreeRemover(request.Map, request.StartWorker);
    }

    /// <summary>Loads an image, and gives it names while it cannot be taken for what nobody needs.</summary>
    public void Load(ImageContent image, IReadOnlyList<Reference> names)
    {
        Dictionary<Digest, LayerBlob> missing = [];
        try
        {
            Load(image, names, missing);
        }
        catch
        {
            // Some of them may have become layers before another one failed.
            new Collector(_store, _remover).TryRemove(Array.ConvertAll([.. missing.Keys], IdOf));
            throw;
        }
    }

    /// <summary>
    /// Unpacks one layer of which nothing is known but its bytes, the archive of a root file system or what a command
    /// changed, and hands over its diff_id and its lock.
    /// </summary>
    public (Digest DiffId, SafeFileHandle Layer) Unpack(string name, ByteSource bytes, long size)
    {
        (Digest, SafeFileHandle)? result = null;
        HeldDirectory work = HeldDirectory.Create(_store, "tmp", _request.Map);
        RunLoop(1, _ => Start(new UnpackJob
        {
            Name = name,
            Verb = LayerWorker.Verb,
            Arguments = LayerWorker.Arguments(name, MediaKind.Unknown, DigestAlgorithm.Sha256, Limits),
            Bytes = bytes,
            Size = size,
            Destination = work.Handle,
        }), (_, session) =>
        {
            WorkerReport report = session.Result!.Value.Report;
            Digest diffId = report.Digest ?? throw new SandboxException($"cannot unpack {name}", "the unpacking process told no digest");
            result = (diffId, Install(work, diffId, report));
        }, [work]);
        return result!.Value;
    }

    /// <param name="missing">Takes the layers that have to be unpacked.</param>
    private void Load(ImageContent image, IReadOnlyList<Reference> names, Dictionary<Digest, LayerBlob> missing)
    {
        ImageCatalog catalog = new(_store);
        using SafeFileHandle adding = catalog.LockForAdding(_request.Cancel);
        List<SafeFileHandle> held = [];
        try
        {
            foreach (LayerBlob layer in image.Layers)
            {
                if (Layer.TryHold(_store, IdOf(layer.DiffId)) is { } known)
                {
                    held.Add(known);
                }
                else
                {
                    missing.TryAdd(layer.DiffId, layer);
                }
            }

            Unpack([.. missing.Values], held);
            catalog.Add(image.Id, image.ConfigBytes);
            foreach (Reference name in names)
            {
                catalog.Tag(name, image.Id, image.Manifest);
            }
        }
        finally
        {
            held.ForEach(static layer => layer.Dispose());
        }
    }

    private UnpackLimits Limits => DiskSpace.Bound(_request.Limits, _store);

    private LayerId IdOf(Digest diffId) => new(LayerKind.Layer, diffId, _request.Map);

    private void Unpack(LayerBlob[] blobs, List<SafeFileHandle> held)
    {
        List<HeldDirectory> works = [];
        RunLoop(
            blobs.Length,
            i =>
            {
                works.Add(HeldDirectory.Create(_store, "tmp", _request.Map));
                return Start(JobOf(blobs[i], works[i].Handle));
            },
            (i, session) =>
            {
                Verify(blobs[i], session.Result!.Value);
                held.Add(Install(works[i], blobs[i].DiffId, session.Result!.Value.Report));
            },
            works);
    }

    private UnpackJob JobOf(LayerBlob blob, SafeFileHandle destination) => new()
    {
        Name = blob.Name,
        Verb = LayerWorker.Verb,
        Arguments = LayerWorker.Arguments($"{blob.Name} of {_request.Image}", blob.Kind, blob.DiffId.Algorithm, Limits),
        Bytes = new RangeSource(blob.Open(), blob.Name, owned: true),
        Size = blob.Size,
        Algorithm = blob.Digest?.Algorithm ?? DigestAlgorithm.Sha256,
        Destination = destination,
    };

    private UnpackSession Start(UnpackJob job) => new(job, _request.StartWorker);

    private void Verify(LayerBlob blob, (Digest Digest, WorkerReport Report) result)
    {
        if (blob.Digest is { } promised && promised != result.Digest)
        {
            throw new SandboxException($"cannot unpack {blob.Name} of {_request.Image}", $"its content has another digest, {result.Digest}");
        }

        if (result.Report.Digest != blob.DiffId)
        {
            throw new SandboxException(
                $"cannot unpack {blob.Name} of {_request.Image}", $"its content is not what the image's config says: its diff_id is {result.Report.Digest}, not {blob.DiffId}");
        }
    }

    private SafeFileHandle Install(HeldDirectory work, Digest diffId, WorkerReport report) => Layer.Install(_store, work, IdOf(diffId), _remover, report.DeviceNodesLeftOut);

    /// <summary>Runs unpackings; a working directory that became no layer is removed, however it ends.</summary>
    private void RunLoop(int count, Func<int, UnpackSession> start, Action<int, UnpackSession> finished, List<HeldDirectory> works)
    {
        UnpackLimits limits = Limits;
        try
        {
            using Progress progress = new(_request.Progress, _request.Quiet);
            new UnpackLoop(_request.Cancel, progress).Run(count, Environment.ProcessorCount, start, finished);
        }
        catch (SandboxException failure) when (DiskSpace.IsShort(failure, _request.Limits, limits))
        {
            throw DiskSpace.Explain(failure, _store, _request.Limits, limits);
        }
        finally
        {
            foreach (HeldDirectory work in works)
            {
                if (work.Path.StartsWith("tmp/", StringComparison.Ordinal))
                {
                    work.Remove(_remover);
                    work.Dispose();
                }
            }
        }
    }
}
