using System.Diagnostics.CodeAnalysis;

namespace Sandbox.Images;

/// <summary>
/// The name of an image, as Docker normalises it: <c>redis</c> is <c>docker.io/library/redis:latest</c>. Only the exact
/// grammar of the distribution specification is taken, so that a name is never two names.
/// </summary>
internal sealed record Reference
{
    private const int LongestName = 255, LongestTag = 128, LengthOfId = 64;
    private const string DefaultDomain = "docker.io", OldDefaultDomain = "index.docker.io", DefaultPath = "library/", DefaultTag = "latest";

    private Reference(string domain, string path, string? tag, Digest? digest) => (Domain, Path, Tag, Digest) = (domain, path, tag, digest);

    /// <summary>The registry: "docker.io", "localhost:5000".</summary>
    public string Domain { get; }

    /// <summary>The repository within the registry: "library/redis".</summary>
    public string Path { get; }

    /// <summary>Null only where a digest says which image is meant.</summary>
    public string? Tag { get; }

    /// <summary>The digest of the image's manifest, where the name pins it.</summary>
    public Digest? Digest { get; }

    /// <summary>Takes a name from untrusted text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Reference? reference)
    {
        reference = null;
        ReadOnlySpan<char> name = text;
        Digest? digest = null;
        int at = name.IndexOf('@');
        if (at >= 0)
        {
            if (!Images.Digest.TryParse(text[(at + 1)..], out Digest pinned))
            {
                return false;
            }

            digest = pinned;
            name = name[..at];
        }

        string? tag = TakeTag(ref name);
        (string domain, string path) = Split(name);
        if (domain.Length + 1 + path.Length > LongestName || !IsDomain(domain) || !IsPath(path) || (tag is not null && !IsTag(tag)) || IsId(text)
            || IsAlgorithm(domain, path))
        {
            return false;
        }

        reference = new Reference(domain, path, tag ?? (digest is null ? DefaultTag : null), digest);
        return true;
    }

    /// <summary>The same name without its digest; what a tag in the store is filed under.</summary>
    public Reference WithoutDigest() => Digest is null ? this : new Reference(Domain, Path, Tag ?? DefaultTag, null);

    /// <summary>Whether it is what <paramref name="other"/> says, in another registry.</summary>
    public bool IsElsewhere(Reference other) => Domain != other.Domain && Tag == other.Tag && Familiar == other.Familiar;

    /// <summary>As people write it, without what would be assumed anyway.</summary>
    public string Short
    {
        get
        {
            string name = Domain != DefaultDomain ? $"{Domain}/{Path}" : Familiar;
            return name + (Tag is null or DefaultTag ? "" : ":" + Tag) + (Digest is { } digest ? "@" + digest : "");
        }
    }

    public override string ToString() =>
        $"{Domain}/{Path}{(Tag is null ? "" : ":" + Tag)}{(Digest is { } digest ? "@" + digest : "")}";

    /// <summary>The repository without Docker's <c>library/</c>.</summary>
    private string Familiar => Domain == DefaultDomain && Path.StartsWith(DefaultPath, StringComparison.Ordinal) ? Path[DefaultPath.Length..] : Path;

    /// <summary>What follows the last colon, unless a slash comes after it: that colon is a port's.</summary>
    private static string? TakeTag(ref ReadOnlySpan<char> name)
    {
        int colon = name.LastIndexOf(':');
        if (colon < 0 || name[colon..].Contains('/'))
        {
            return null;
        }

        string tag = name[(colon + 1)..].ToString();
        name = name[..colon];
        return tag;
    }

    private static (string Domain, string Path) Split(ReadOnlySpan<char> name)
    {
        int slash = name.IndexOf('/');
        ReadOnlySpan<char> first = slash < 0 ? [] : name[..slash];
        bool isDomain = first.ContainsAny('.', ':') || first.SequenceEqual("localhost") || first.ContainsAnyInRange('A', 'Z');
        string domain = isDomain ? first.ToString() : DefaultDomain;
        string path = (isDomain ? name[(slash + 1)..] : name).ToString();
        domain = domain == OldDefaultDomain ? DefaultDomain : domain;
        return (domain, domain == DefaultDomain && !path.Contains('/', StringComparison.Ordinal) ? DefaultPath + path : path);
    }

    /// <summary>A host name of labels, and a port.</summary>
    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        int colon = domain.IndexOf(':');
        if (colon >= 0)
        {
            if (colon == domain.Length - 1 || domain[(colon + 1)..].ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            domain = domain[..colon];
        }

        foreach (Range part in domain.Split('.'))
        {
            ReadOnlySpan<char> label = domain[part];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-' || !All(label, static one => char.IsAsciiLetterOrDigit(one) || one == '-'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPath(ReadOnlySpan<char> path)
    {
        foreach (Range part in path.Split('/'))
        {
            if (!IsComponent(path[part]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Lower-case letters and digits, parted by one '.', one or two '_', or any number of '-'.</summary>
    private static bool IsComponent(ReadOnlySpan<char> text)
    {
        static bool IsAlphanumeric(char one) => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one);
        if (text.IsEmpty || !IsAlphanumeric(text[0]) || !IsAlphanumeric(text[^1]))
        {
            return false;
        }

        for (int i = 0; i < text.Length;)
        {
            int start = i;
            while (!IsAlphanumeric(text[i]))
            {
                i++;
            }

            ReadOnlySpan<char> separator = text[start..i];
            if (separator is not ("" or "." or "_" or "__") && separator.ContainsAnyExcept('-'))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    private static bool IsTag(ReadOnlySpan<char> tag) =>
        tag.Length is > 0 and <= LongestTag && tag[0] is not ('.' or '-')
        && All(tag, static one => char.IsAsciiLetterOrDigit(one) || one is '_' or '.' or '-');

    /// <summary>64 hexadecimal digits are an image's id, and no name.</summary>
    private static bool IsId(ReadOnlySpan<char> text) => text.Length == LengthOfId && Images.Digest.IsLowerHex(text);

    /// <summary>
    /// sha256:DIGITS is an id too. Were it a name, an archive that calls its image so would be run where people wrote the
    /// digest of another.
    /// </summary>
    private static bool IsAlgorithm(string domain, string path) => domain == DefaultDomain && path is (DefaultPath + "sha256") or (DefaultPath + "sha512");

    private static bool All(ReadOnlySpan<char> text, Func<char, bool> test)
    {
        foreach (char one in text)
        {
            if (!test(one))
            {
                return false;
            }
        }

        return true;
    }
}
