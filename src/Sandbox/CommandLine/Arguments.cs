namespace Sandbox.CommandLine;

/// <summary>Reads a whole command line.</summary>
internal static class Arguments
{
    /// <summary>What the words of argv, without the program's name, ask for.</summary>
    public static Invocation Read(ReadOnlySpan<string> words) => FindUnreadable(words) ?? ReadVerb(words);

    /// <summary>What the words ask for where sandbox was called by the name of the runtime, or another one.</summary>
    public static Invocation Read(string program, ReadOnlySpan<string> words) =>
        Path.GetFileName(program) == OciVerb.ProgramName ? FindUnreadable(words) ?? OciVerb.Entry.Read(words) : Read(words);

    private static Refusal? FindUnreadable(ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            // The runtime has decoded argv as UTF-8 and put this character where the bytes were none: what was
            // meant cannot be told any more, and a path that is nearly the right one is worse than no path.
            if (word.Contains('\uFFFD', StringComparison.Ordinal))
            {
                return new Refusal($"wrong word '{word}'", "it is not UTF-8");
            }
        }

        return null;
    }

    private static Invocation ReadVerb(ReadOnlySpan<string> words)
    {
        int place = 0;
        if (words.Length > 0 && words[0].StartsWith('-'))
        {
            OptionReader<CommonWords> common = new(null, [CommonOptions.Of<CommonWords>()]);
            Invocation read = common.Read(new CommonWords(), words, out place);
            if (read is not CommonWords)
            {
                return read;
            }
        }

        if (place == words.Length)
        {
            return new Refusal("missing command", "allowed are " + string.Join(", ", Verbs.ShownNames), "'sandbox help' explains them");
        }

        // Options before the verb are read again as the first ones of the verb: they are the same rows.
        return Verbs.Find(words[place]) is { } verb
            ? verb.Read(place == 0 ? words[1..] : [.. words[..place], .. words[(place + 1)..]])
            : Verbs.Unknown(words[place]);
    }

    /// <summary>The options in front of the verb.</summary>
    private sealed record CommonWords : Invocation;
}
