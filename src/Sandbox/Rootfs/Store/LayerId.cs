using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>What a layer is known by: what it was made of, the digest of that, and the id map that it was unpacked with.</summary>
internal readonly record struct LayerId(LayerKind Kind, Digest Content, MapKey Map)
{
    private const int LengthOfSha512 = 128;

    /// <summary>The layer's directory, relative to the store.</summary>
    public string Directory => "layers/" + this;

    /// <summary>The layer's tree, relative to the store.</summary>
    public string Tree => Directory + "/" + Layer.Tree;

    /// <summary>Takes an identity from text in the store, which may be damaged.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LayerId id)
    {
        id = default;
        LayerKind kind = text switch
        {
            ['l', ..] => LayerKind.Layer,
            ['m', ..] => LayerKind.Merged,
            _ => LayerKind.Archive,
        };
        text = kind == LayerKind.Archive ? text : text[1..];
        int dash = text.IndexOf('-');
        string algorithm = dash == LengthOfSha512 ? "sha512" : "sha256";
        if (dash < 0 || !Digest.TryParse($"{algorithm}:{text[..dash]}", out Digest content) || !MapKey.TryParse(text[(dash + 1)..], out MapKey map))
        {
            return false;
        }

        id = new LayerId(kind, content, map);
        return true;
    }

    public override string ToString() => $"{Kind switch
    {
        LayerKind.Layer => "l",
        LayerKind.Merged => "m",
        _ => "",
    }}{Content.Hex}-{Map}";
}
