using System.Diagnostics.CodeAnalysis;

namespace Sandbox.Images;

/// <summary>What a content is known by: <c>sha256:</c> or <c>sha512:</c> and its hash in lower-case hexadecimal digits.</summary>
internal readonly record struct Digest
{
    private const int NameLength = 6;

    private readonly string? _text;

    private Digest(string text) => _text = text;

    /// <summary>The hash algorithm.</summary>
    public DigestAlgorithm Algorithm => _text is null || _text[3] == '2' ? DigestAlgorithm.Sha256 : DigestAlgorithm.Sha512;

    /// <summary>The hash alone, in hexadecimal digits: safe as a file name.</summary>
    public string Hex => ToString()[(NameLength + 1)..];

    /// <summary>The digest that is the hash <paramref name="hash"/>, whose length tells the algorithm.</summary>
    public static Digest FromHash(ReadOnlySpan<byte> hash) => hash.Length switch
    {
        (int)DigestAlgorithm.Sha256 => new("sha256:" + Convert.ToHexStringLower(hash)),
        (int)DigestAlgorithm.Sha512 => new("sha512:" + Convert.ToHexStringLower(hash)),
        _ => throw new ArgumentOutOfRangeException(nameof(hash), hash.Length, "no digest has this length"),
    };

    /// <summary>Takes a digest from untrusted text; anything but the one canonical spelling is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        int bytes = text switch
        {
            not null when text.StartsWith("sha256:", StringComparison.Ordinal) => (int)DigestAlgorithm.Sha256,
            not null when text.StartsWith("sha512:", StringComparison.Ordinal) => (int)DigestAlgorithm.Sha512,
            _ => 0,
        };
        bool valid = bytes != 0
            && text!.Length == NameLength + 1 + (2 * bytes)
            && IsLowerHex(text.AsSpan(NameLength + 1));
        digest = valid ? new Digest(text!) : default;
        return valid;
    }

    /// <summary>Takes a digest from a document; what is none is a failure that names it.</summary>
    public static Digest Parse(string text) => TryParse(text, out Digest digest)
        ? digest
        : throw new FormatException($"'{text}' is no digest (sha256 or sha512, in lower-case hexadecimal digits)");

    /// <summary>Whether a text is hexadecimal digits, as digests and ids are written.</summary>
    public static bool IsLowerHex(ReadOnlySpan<char> text)
    {
        foreach (char digit in text)
        {
            if (!char.IsAsciiHexDigitLower(digit))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => _text ?? throw new InvalidOperationException("a digest that was never set");
}
