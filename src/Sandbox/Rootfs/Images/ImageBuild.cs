using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Makes a new image of another, or of nothing, and one more layer.</summary>
internal sealed class ImageBuild(Store store, ImageRequest request)
{
    /// <summary>
    /// Unpacks the layer and adds the image, whose config is that of <paramref name="parent"/> with the layer added; the
    /// parent's layers must all be there.
    /// </summary>
    public LoadedImage Add(string layerName, ByteSource layer, long size, byte[]? parent, IReadOnlyList<Reference> names)
    {
        ImageCatalog catalog = new(store);
        using SafeFileHandle adding = catalog.LockForAdding(request.Cancel);
        RequireLayers(parent);
        (Digest diffId, SafeFileHandle held) = new ImageLoad(store, request).Unpack(layerName, layer, size);
        using (held)
        {
            byte[] config = ConfigText.WithLayer(parent, diffId, request.Platform);
            Digest id = Hasher.Of(config);
            catalog.Add(id, config);
            foreach (Reference name in names)
            {
                catalog.Tag(name, id, null);
            }

            LayerSync.Start(store, [new LayerId(LayerKind.Layer, diffId, request.Map).Directory], request.StartWorker);
            return new LoadedImage(id, [.. names]);
        }
    }

    /// <summary>Nobody removes them any more once the lock for adding is held.</summary>
    private void RequireLayers(byte[]? parent)
    {
        foreach (Digest diffId in parent is null ? [] : ImageConfig.Read(parent, "the image").DiffIds)
        {
            using SafeFileHandle? layer = Layer.TryHold(store, new LayerId(LayerKind.Layer, diffId, request.Map));
            if (layer is null)
            {
                throw new SandboxException($"cannot add to {request.Image}", $"its layer {diffId} is gone");
            }
        }
    }
}
