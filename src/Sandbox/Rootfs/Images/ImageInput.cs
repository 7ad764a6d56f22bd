using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The forms in which an image comes, told apart by what they hold.</summary>
internal static class ImageInput
{
    /// <summary>The name of standard input in the place of a file's.</summary>
    public const string StandardInput = "-";

    public static SafeFileHandle OpenDirectory(string path)
    {
        SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        return directory.IsInvalid ? throw ImageFailure.ToOpen(path) : directory;
    }

    /// <summary>
    /// Opens an archive; invalid with the error number set where that cannot be done. A pipe is not waited for until somebody has opened
    /// it to write, which no signal could end: its bytes are.
    /// </summary>
    public static SafeFileHandle OpenArchive(string path) =>
        Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC | OpenFlags.O_NOCTTY | OpenFlags.O_NONBLOCK, 0);

    /// <summary>The image in a directory, which then belongs to it; null where it is a root file system.</summary>
    public static LayoutDirectory? TryLayout(SafeFileHandle directory, string name) =>
        Libc.faccessat(directory.Descriptor(), OciLayout.Marker, 0, AtFlags.AT_SYMLINK_NOFOLLOW) == 0
            ? new LayoutDirectory(directory, name)
            : SkopeoDirectory.TryOpen(directory, name);

    /// <summary>Which of the images is meant.</summary>
    public static ImageCandidate Choose(ImageFiles files, ImageRequest request)
    {
        ImmutableArray<ImageCandidate> candidates = ImageCandidate.List(files)
            ?? throw new SandboxException(
                $"cannot open {request.Image}", $"it looks like an archive of images, and has neither {DockerArchive.Marker} nor {OciLayout.Marker}");
        return ImageCandidate.Choose(candidates, request.Pick, request.Platform, request.Image);
    }

    /// <summary>Spools the archive that comes over standard input.</summary>
    public static T SpoolInput<T>(Store store, ImageRequest request, Func<SpooledArchive, T> use)
    {
        using SafeFileHandle input = new(0, ownsHandle: false);
        return Spool(store, request, input, use);
    }

    /// <summary>Writes an archive, decompressed, to a file of the store, and removes that at the end.</summary>
    /// <param name="archive">Open at its begin; it stays the caller's. By its name another could be found by now, or a pipe whose writer has gone.</param>
    public static T Spool<T>(Store store, ImageRequest request, SafeFileHandle archive, Func<SpooledArchive, T> use)
    {
        TreeRemover remover = new(request.Map, request.StartWorker);
        using HeldDirectory work = HeldDirectory.Create(store, "tmp", request.Map);
        try
        {
            Inflate(store, request, archive, work.Handle);
            using SafeFileHandle spooled = Libc.openat(
                work.Handle.Descriptor(), InflateWorker.FileName, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC, 0);
            if (spooled.IsInvalid || Libc.statx(spooled, out Statx status) != 0)
            {
                throw SandboxException.FromLastError($"cannot open what was spooled of {request.Image}");
            }

            // A worker that was taken over could put a pipe there, for which nobody would ever write.
            if (status.Type != FileType.S_IFREG)
            {
                throw new SandboxException($"cannot open what was spooled of {request.Image}", "it is no plain file");
            }

            return status.Size > 0 ? use(new SpooledArchive(spooled, (long)status.Size)) : throw ImageFailure.Empty(request.Image);
        }
        finally
        {
            work.Remove(remover);
        }
    }

    private static void Inflate(Store store, ImageRequest request, SafeFileHandle archive, SafeFileHandle destination)
    {
        bool isFile = Libc.statx(archive, out Statx status) == 0 && status.Type == FileType.S_IFREG;
        UnpackLimits limits = DiskSpace.Bound(request.Limits, store);
        try
        {
            using Progress progress = new(request.Progress, request.Quiet);
            new UnpackLoop(request.Cancel, progress).Run(1, 1, _ => new UnpackSession(
                new UnpackJob
                {
                    Name = request.Image,
                    Verb = InflateWorker.Verb,
                    Arguments = UnpackWorker.Arguments(request.Image, limits),
                    Bytes = new DescriptorSource(archive, request.Image),
                    Awaited = isFile ? null : archive,
                    Size = isFile ? (long)status.Size : 0,
                    Destination = destination,
                },
                request.StartWorker), static (_, _) => { });
        }
        catch (SandboxException failure) when (DiskSpace.IsShort(failure, request.Limits, limits))
        {
            throw DiskSpace.Explain(failure, store, request.Limits, limits);
        }
    }
}
