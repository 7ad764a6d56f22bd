using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Brings what lies in a file or directory into the store as an image with names, whatever form it has.</summary>
internal sealed class ImageImport(Store store, ImageRequest request)
{
    /// <summary>Loads it under its own names, as far as they are names, and <paramref name="tags"/>.</summary>
    public LoadedImage Load(IReadOnlyList<Reference> tags)
    {
        Sweep.Run(store, new TreeRemover(request.Map, request.StartWorker));
        if (request.Image == ImageInput.StandardInput)
        {
            return ImageInput.SpoolInput(store, request, spooled => LoadArchive(spooled, tags));
        }

        if (Libc.statx(Libc.AT_FDCWD, request.Image, AtFlags.None, out Statx status) != 0)
        {
            throw ImageFailure.ToOpen(request.Image);
        }

        return status.Type == FileType.S_IFDIR ? LoadDirectory(tags) : LoadFile(tags);
    }

    private LoadedImage LoadDirectory(IReadOnlyList<Reference> tags)
    {
        SafeFileHandle directory = ImageInput.OpenDirectory(request.Image);
        using LayoutDirectory layout = ImageInput.TryLayout(directory, request.Image)
            ?? throw new SandboxException($"cannot load {request.Image}", $"it is a directory without {OciLayout.Marker}", "'sandbox run' takes a root directory as it is; tar it up to load it");
        return LoadImages(layout, tags);
    }

    private LoadedImage LoadFile(IReadOnlyList<Reference> tags)
    {
        using SafeFileHandle file = ImageInput.OpenArchive(request.Image);
        if (file.IsInvalid || Libc.statx(file, out Statx status) != 0)
        {
            throw ImageFailure.ToOpen(request.Image);
        }

        // What is compressed may hold images, and has to be spooled to tell.
        return status.Size > 0 && IsTar(file, (long)status.Size)
            ? LoadArchive(new SpooledArchive(file, (long)status.Size), tags)
            : ImageInput.Spool(store, request, file, spooled => LoadArchive(spooled, tags));
    }

    private LoadedImage LoadArchive(SpooledArchive archive, IReadOnlyList<Reference> tags)
    {
        if (!ArchiveMembers.IsWhatBegins(archive.File, archive.Size, request.Image))
        {
            return LoadRootfs(archive, tags);
        }

        using ArchiveMembers members = ArchiveMembers.Read(archive.File, archive.Size, request.Image);
        return LoadImages(members, tags);
    }

    private LoadedImage LoadImages(ImageFiles files, IReadOnlyList<Reference> tags)
    {
        ImageCandidate chosen = ImageInput.Choose(files, request);
        ImageContent image = chosen.Open(request.Platform);
        List<Reference> names = [.. tags];
        HashSet<Reference> known = [.. tags];
        foreach (string name in chosen.Names)
        {
            // Some writers put a tag alone, which names nothing.
            if (name.AsSpan().ContainsAny(':', '/') && Reference.TryParse(name, out Reference? own) && own.Digest is null && known.Add(own))
            {
                names.Add(own);
            }
        }

        new ImageLoad(store, request).Load(image, names);
        LayerSync.Start(store, Array.ConvertAll([.. image.Config.DiffIds], id => new LayerId(LayerKind.Layer, id, request.Map).Directory), request.StartWorker);
        return new LoadedImage(image.Id, [.. names]);
    }

    /// <summary>The archive of a root file system becomes an image of one layer, which says nothing about itself.</summary>
    private LoadedImage LoadRootfs(SpooledArchive archive, IReadOnlyList<Reference> tags)
    {
        request.RequireNoPick();
        using RangeSource bytes = new(new FileRange(archive.File, 0, archive.Size), request.Image);
        return new ImageBuild(store, request).Add(request.Image, bytes, archive.Size, null, tags);
    }

    private static bool IsTar(SafeFileHandle file, long size)
    {
        ArchivePlace place = new("");
        try
        {
            return new TarReader(new TarInput(new SeekableBlocks(new FileRange(file, 0, size), ""), place, long.MaxValue), place).MoveNext();
        }
        catch (SandboxException)
        {
            return false;
        }
    }
}
