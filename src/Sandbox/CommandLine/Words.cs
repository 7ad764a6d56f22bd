namespace Sandbox.CommandLine;

/// <summary>Readers of the values that are a word or two.</summary>
internal static class Words
{
    /// <summary>The kernel's bound on a host name, __NEW_UTS_LEN (sethostname(2)).</summary>
    private const int LongestHostname = 64;

    /// <summary>The bound on one label of a host name (RFC 1035).</summary>
    private const int LongestLabel = 63;

    public static Parsed<string> Any(string word) => word;

    public static Parsed<string> NotEmpty(string word) => word.Length > 0 ? word : new Wrong("it is empty");

    /// <summary>The word for standard output, where a path could be.</summary>
    public const string StandardOutput = "-";

    /// <summary>The path of an archive that is written at the end of a command: standard output is that command's.</summary>
    public static Parsed<string> Archive(string word) => word == StandardOutput ? new Wrong("an archive goes to a file, not to standard output; for one of that name write ./-") : NotEmpty(word);

    /// <summary>OS/ARCH or OS/ARCH/VARIANT.</summary>
    public static Parsed<string> Platform(string word)
    {
        string[] parts = word.Split('/');
        return parts.Length is 2 or 3 && Array.TrueForAll(parts, static part => part.Length > 0)
            ? word
            : new Wrong("allowed is OS/ARCH or OS/ARCH/VARIANT, as in linux/arm64");
    }

    /// <summary>A host name is also written into /etc/hosts: nothing but letters, digits, '-', '_' and '.' comes near it.</summary>
    public static Parsed<string> Hostname(string word)
    {
        if (word.Length is 0 or > LongestHostname)
        {
            return new Wrong($"a host name has 1 to {LongestHostname} characters");
        }

        foreach (Range part in word.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> label = word.AsSpan(part);
            bool isLabel = label.Length is > 0 and <= LongestLabel && label[0] != '-' && label[^1] != '-';
            foreach (char character in label)
            {
                isLabel &= char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
            }

            if (!isLabel)
            {
                return new Wrong("allowed are labels of letters, digits, '_' and inner '-', divided by '.'");
            }
        }

        return word;
    }

    /// <summary>NAME=VALUE, or NAME for the caller's own value.</summary>
    public static Parsed<EnvironmentOption> Environment(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals == 0 || word.Length == 0
            ? new Wrong("allowed are NAME=VALUE and NAME")
            : equals < 0 ? new EnvironmentOption(word, null) : new EnvironmentOption(word[..equals], word[(equals + 1)..]);
    }

    /// <summary>NAME=VALUE; which names there are is asked where it is known what namespaces there will be.</summary>
    public static Parsed<SysctlOption> Sysctl(string word) => word.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } value]
        ? new SysctlOption(name, value)
        : new Wrong("must be NAME=VALUE");

    /// <summary>USER or USER:GROUP, each a name or an id.</summary>
    public static Parsed<UserOption> User(string word)
    {
        int colon = word.IndexOf(':', StringComparison.Ordinal);
        string user = colon < 0 ? word : word[..colon];
        string? group = colon < 0 ? null : word[(colon + 1)..];
        return !IsNameOrId(user) || (group is not null && !IsNameOrId(group))
            ? new Wrong("allowed are USER and USER:GROUP, each a name or an id from 0 to 4294967294")
            : new UserOption(user, group);
    }

    /// <summary>The number of a descriptor beside the standard ones, which go in anyway.</summary>
    public static Parsed<int> Descriptor(string word) =>
        int.TryParse(word, out int number) && number > 2 ? number : new Wrong("allowed are numbers from 3 up; 0, 1 and 2 are passed on anyway");

    /// <summary>A name that is a file name too.</summary>
    public static Parsed<string> KeptName(string word)
    {
        bool right = word.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(word[0]);
        foreach (char character in word)
        {
            right &= char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-';
        }

        return right ? word : new Wrong("allowed are 1 to 64 letters, digits, '_', '.' and '-', the first a letter or a digit");
    }

    /// <summary>tmpfs, tmpfs:SIZE or disk.</summary>
    public static Parsed<ScratchOption> Scratch(string word)
    {
        const string allowed = "allowed are tmpfs, tmpfs:SIZE and disk";
        const string sized = "tmpfs:";
        if (word.StartsWith(sized, StringComparison.Ordinal))
        {
            Parsed<ulong> size = Sizes.Read(word[sized.Length..]);
            return size.Why is null ? new ScratchOption(ScratchKind.Tmpfs, size.Value) : new Wrong($"{allowed}; SIZE {size.Why}");
        }

        return word switch
        {
            "tmpfs" => new ScratchOption(ScratchKind.Tmpfs),
            "disk" => new ScratchOption(ScratchKind.Disk),
            _ => new Wrong(allowed),
        };
    }

    /// <summary>Digits alone are an id; 4294967295 is no id but the kernel's "unchanged" (setresuid(2)).</summary>
    private static bool IsNameOrId(string word)
    {
        if (word.Length == 0 || word.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        return word.AsSpan().ContainsAnyExceptInRange('0', '9') || (uint.TryParse(word, out uint id) && id != uint.MaxValue);
    }
}
