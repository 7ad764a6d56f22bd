using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Which archive file has which layer or image, so that a later run need not read the file. One entry a file, id map and,
/// where it holds several images, choice among them: a <see cref="LinkText"/> of the state in which the file was read,
/// whether that state is sure to be its last, and the layer or image. A damaged entry is none.
/// </summary>
internal static class ImageIndex
{
    private const char Settled = '=';
    private const char Unsettled = '~';

    /// <summary>What is known of the file; null where nothing is, or the file has another size now.</summary>
    public static IndexEntry? Find(Store store, FileStamp stamp, ImageRequest request)
    {
        string text = LinkText.Read(store.Directory, Path(stamp, request)) ?? "";
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 1)
        {
            return null;
        }

        bool isImage = Digest.TryParse(text[(space + 1)..], out Digest image);
        LayerId layer = default;
        if (!isImage && (!LayerId.TryParse(text.AsSpan(space + 1), out layer) || layer.Map != request.Map))
        {
            return null;
        }

        ReadOnlySpan<char> state = text.AsSpan(1, space - 1);
        bool same = state.SequenceEqual(stamp.State);
        return same || SizeOf(state).SequenceEqual(SizeOf(stamp.State))
            ? new IndexEntry(isImage ? null : layer, isImage ? image : null, same && text[0] == Settled)
            : null;
    }

    /// <summary>
    /// Notes what is in a file that was read from <paramref name="readingBegan"/> on. The caller holds the file's
    /// <see cref="HeldDirectory"/>, so nobody else writes this entry; readers may miss it for a moment.
    /// </summary>
    /// <param name="found">A <see cref="LayerId"/> or the <see cref="Digest"/> of an image.</param>
    public static void Record(Store store, FileStamp stamp, ImageRequest request, string found, DateTimeOffset readingBegan)
    {
        string path = Path(stamp, request);
        string text = $"{(stamp.IsSettled(readingBegan) ? Settled : Unsettled)}{stamp.State} {found}";
        if (!LinkText.TryCreate(store.Directory, path, text))
        {
            Libc.unlinkat(store.Directory, path, AtFlags.None);
            LinkText.TryCreate(store.Directory, path, text);
        }
    }

    private static string Path(FileStamp stamp, ImageRequest request) => $"index/{stamp.File}.{request.Map}{request.ChoiceKey}";

    private static ReadOnlySpan<char> SizeOf(ReadOnlySpan<char> state) =>
        state[..Math.Max(state.IndexOf(':'), 0)];
}
