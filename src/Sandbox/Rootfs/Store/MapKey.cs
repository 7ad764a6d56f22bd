using System.Buffers;
using System.Text;
using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>A short name for an id map: a tree that was unpacked with one map is never run under another.</summary>
internal readonly record struct MapKey
{
    private const int Length = 16;

    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789abcdef");

    private readonly string? _text;

    private MapKey(string text) => _text = text;

    /// <summary>The key of the maps as they are written to uid_map and gid_map; both empty where there is no user namespace.</summary>
    public static MapKey Of(string uidMap, string gidMap) => new(Hasher.Of(Encoding.UTF8.GetBytes(uidMap + "/" + gidMap)).Hex[..Length]);

    /// <summary>Takes a key from the name of something in the store.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MapKey key)
    {
        bool valid = text.Length == Length && text.IndexOfAnyExcept(_digits) < 0;
        key = valid ? new MapKey(text.ToString()) : default;
        return valid;
    }

    public override string ToString() => _text ?? throw new InvalidOperationException("a map key that was never set");
}
