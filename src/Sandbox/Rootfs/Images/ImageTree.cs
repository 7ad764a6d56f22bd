using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Finds the trees of an image that is given by a path: a root directory itself, or what was unpacked of the rest.</summary>
internal static class ImageTree
{
    /// <summary>
    /// The trees, locked against removal. An archive that was run before costs six system calls: its status, the index
    /// entry, the layer's opening, lock, state and kind. The store is not read for a root directory.
    /// </summary>
    public static RootfsSource Open(Store store, ImageRequest request)
    {
        if (request.Image == ImageInput.StandardInput)
        {
            return ImageInput.SpoolInput(store, request, spooled => OfSpool(store, request, spooled));
        }

        if (Libc.statx(Libc.AT_FDCWD, request.Image, AtFlags.None, out Statx status) != 0)
        {
            throw ImageFailure.ToOpen(request.Image);
        }

        return status.Type switch
        {
            FileType.S_IFDIR => OfDirectory(store, request),
            FileType.S_IFREG => OfArchive(store, request, new FileStamp(status)),
            _ => throw new SandboxException($"cannot open {request.Image}", "it is neither an archive file nor a directory", "the image '-' is an archive that comes over standard input"),
        };
    }

    /// <summary>Unpacks what the store has not yet of the image that is meant, and opens it.</summary>
    public static RootfsSource OfImages(Store store, ImageRequest request, ImageFiles files)
    {
        ImageContent image = ImageInput.Choose(files, request).Open(request.Platform);
        new ImageLoad(store, request).Load(image, []);
        return new ImageStack(store, request).TryOpen(image.Id, image.Config)
            ?? throw new SandboxException($"cannot use {request.Image}", "another process removed a layer of it just now", "run it again");
    }

    private static RootfsSource OfDirectory(Store store, ImageRequest request)
    {
        SafeFileHandle directory = ImageInput.OpenDirectory(request.Image);
        using LayoutDirectory? layout = ImageInput.TryLayout(directory, request.Image);
        if (layout is not null)
        {
            return OfImages(store, request, layout);
        }

        request.RequireNoChoice();
        return new RootfsSource { Store = store.Directory, Layers = [], Directory = directory };
    }

    private static RootfsSource OfArchive(Store store, ImageRequest request, FileStamp stamp)
    {
        if (ImageIndex.Find(store, stamp, request) is { Certain: true } known && TryKnown(store, request, known) is { } source)
        {
            return source;
        }

        return new UnpackOnce(store, request).Open();
    }

    private static RootfsSource OfSpool(Store store, ImageRequest request, SpooledArchive spooled) =>
        ArchiveMembers.IsWhatBegins(spooled.File, spooled.Size, request.Image)
            ? OfImages(store, request, ArchiveMembers.Read(spooled.File, spooled.Size, request.Image))
            : new UnpackOnce(store, request).OpenSpooled(spooled);

    /// <summary>What the index knows of, if the store still has it.</summary>
    public static RootfsSource? TryKnown(Store store, ImageRequest request, IndexEntry known) => known switch
    {
        { Layer: { } id } when request.Pick is null => Layer.TryHold(store, id) is { } held ? OfLayer(store, id, held) : null,
        { Image: { } image } => TryImage(store, request, image),
        _ => null,
    };

    /// <summary>The trees of an image of the store; null where it, or a layer of it, is missing.</summary>
    public static RootfsSource? TryImage(Store store, ImageRequest request, Digest image) =>
        new ImageCatalog(store).ReadConfig(image) is { } config
            ? new ImageStack(store, request).TryOpen(image, ImageConfig.Read(config, $"image {image}"))
            : null;

    /// <summary>The tree of the archive of a root file system.</summary>
    public static RootfsSource OfLayer(Store store, LayerId id, SafeFileHandle layer) =>
        new() { Store = store.Directory, Layers = [id.Tree], Locks = [layer] };
}
