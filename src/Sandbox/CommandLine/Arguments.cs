namespace Sandbox.CommandLine;

/// <summary>Reads a whole command line.</summary>
internal static class Arguments
{
    /// <summary>What the words of argv, without the program's name, ask for.</summary>
    public static Invocation Read(ReadOnlySpan<string> words)
    {
        Invocation read = ReadVerb(words);
        return FindBytes(words, read) ?? read;
    }

    /// <summary>What the words ask for where sandbox was called by the name of the runtime, or another one.</summary>
    public static Invocation Read(string program, ReadOnlySpan<string> words)
    {
        if (Path.GetFileName(program) != OciVerb.ProgramName)
        {
            return Read(words);
        }

        Invocation read = OciVerb.Entry.Read(words);
        return FindBytes(words, read) ?? read;
    }

    /// <summary>Whether all bytes of a word are characters': one that is not is half of a surrogate pair.</summary>
    public static bool IsText(string word)
    {
        for (int i = 0; i < word.Length; i++)
        {
            if (char.IsLowSurrogate(word[i]) && (i == 0 || !char.IsHighSurrogate(word[i - 1])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Refuses bytes that are no UTF-8 where they are not just passed on: messages, records and paths are text here. The last words are
    /// looked at first, because a command's are the last.
    /// </summary>
    private static Refusal? FindBytes(ReadOnlySpan<string> words, Invocation read)
    {
        List<string>? passed = null;
        for (int i = words.Length - 1; i >= 0; i--)
        {
            if (IsText(words[i]))
            {
                continue;
            }

            string word = words[i];
            passed ??= [.. read.PassedOn];
            int place = passed.FindLastIndex(one => word.EndsWith(one, StringComparison.Ordinal) && !IsText(one));
            if (place < 0)
            {
                return new Refusal($"wrong word '{word}'", "it is not UTF-8");
            }

            passed.RemoveAt(place);
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
