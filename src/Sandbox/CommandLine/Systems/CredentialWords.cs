namespace Sandbox.CommandLine;

/// <summary>Reads the values of <c>--credential</c>.</summary>
internal static class CredentialWords
{
    /// <summary>The kernel's bound on a file name.</summary>
    private const int LongestName = 255;

    /// <summary>NAME=VALUE or NAME:FILE, whichever comes first.</summary>
    public static Parsed<CredentialOption> Read(string word)
    {
        int end = word.AsSpan().IndexOfAny('=', ':');
        if (end < 0)
        {
            return new Wrong("allowed are NAME=VALUE and NAME:FILE");
        }

        string name = word[..end], rest = word[(end + 1)..];
        if (!IsName(name))
        {
            return new Wrong("NAME must be a file name of printable ASCII");
        }

        return word[end] == '=' ? new CredentialOption(name, rest, null)
            : rest.Length > 0 ? new CredentialOption(name, null, rest)
            : new Wrong("FILE is empty");
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..") && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.Contains('/', StringComparison.Ordinal);
}
