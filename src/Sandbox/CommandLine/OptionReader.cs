using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>
/// Reads the options in front of a verb's operands as getopt_long(3) does: <c>--name value</c>, <c>--name=value</c>,
/// <c>-n value</c>, <c>-nvalue</c>, several letters behind one dash, <c>--</c> as the end; and, as docker does, <c>=true</c>
/// and <c>=false</c> behind an option without a value. The first word that is no option's is where it stops; the first
/// mistake is the answer.
/// </summary>
internal readonly ref struct OptionReader<TOptions>(string? verb, ImmutableArray<OptionGroup> groups)
    where TOptions : Invocation
{
    /// <summary>The options read, or what else the words ask for (help, a refusal); <paramref name="read"/> words belong to the options.</summary>
    public Invocation Read(TOptions options, ReadOnlySpan<string> words, out int read)
    {
        Invocation result = options;
        read = 0;
        while (result is TOptions sofar && read < words.Length && IsOption(words[read]))
        {
            string word = words[read++];
            if (word == "--")
            {
                break;
            }

            result = word[1] == '-' ? ReadLong(sofar, word, words, ref read) : ReadLetters(sofar, word, words, ref read);
            if (result is Refusal refusal)
            {
                result = sofar.Refuse(refusal);
            }
        }

        return result;
    }

    /// <summary>A single dash is an operand: by custom it is the name of standard input.</summary>
    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private Invocation ReadLong(TOptions options, string word, ReadOnlySpan<string> words, ref int read)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string shown = equals < 0 ? word : word[..equals];
        return Find(shown.AsSpan(2)) is not { } option
            ? Unknown(shown)
            : ReadOne(options, option, shown, equals < 0 ? null : word[(equals + 1)..], words, ref read);
    }

    private Invocation ReadLetters(TOptions options, string word, ReadOnlySpan<string> words, ref int read)
    {
        Invocation result = options;
        for (int at = 1; at < word.Length && result is TOptions sofar; at++)
        {
            string shown = "-" + word[at];
            if (Find(word[at]) is not { } option)
            {
                return Unknown(shown);
            }

            string? rest = at + 1 == word.Length ? null : option.ValueName is not null ? word[(at + 1)..] : word[at + 1] == '=' ? word[(at + 2)..] : null;
            result = ReadOne(sofar, option, shown, rest, words, ref read);
            if (rest is not null)
            {
                break;
            }
        }

        return result;
    }

    private Invocation ReadOne(TOptions options, Option<TOptions> option, string shown, string? value, ReadOnlySpan<string> words, ref int read)
    {
        if (option.Answer is { } answer)
        {
            return value is null ? answer(verb) : new Refusal($"wrong value '{value}' for {shown}", "it takes none", HintOfHelp);
        }

        if (option.ValueName is null)
        {
            value ??= "true";
        }
        else if (value is null)
        {
            if (read == words.Length)
            {
                return new Refusal($"missing value for {shown}", $"it needs {option.ValueName}", HintOfHelp);
            }

            value = words[read++];
        }

        Parsed<TOptions> result = option.Apply!(options, value);
        return result.Why is null ? result.Value : new Refusal(
            $"wrong value '{value}' for {shown}", result.Why, ForeignWords.OfValue(verb, option.Name, value) is { } foreign ? $"{foreign}; {HintOfHelp}" : HintOfHelp);
    }

    private Option<TOptions>? Find(ReadOnlySpan<char> name)
    {
        // The common options stand last and are asked for most, and no verb has another of their names.
        int first = groups[^1].Title == CommonOptions.Title ? groups.Length - 1 : 0;
        for (int i = 0; i < groups.Length; i++)
        {
            foreach (Option option in groups[(first + i) % groups.Length].Options)
            {
                if (name.SequenceEqual(option.Name))
                {
                    return (Option<TOptions>)option;
                }
            }
        }

        return null;
    }

    private Option<TOptions>? Find(char letter)
    {
        foreach (OptionGroup group in groups)
        {
            foreach (Option option in group.Options)
            {
                if (option.Letter == letter)
                {
                    return (Option<TOptions>)option;
                }
            }
        }

        return null;
    }

    private string HintOfHelp => verb is null ? "'sandbox help' explains it" : $"'sandbox help {verb}' explains it";

    private Refusal Unknown(string shown)
    {
        List<string> names = [];
        foreach (OptionGroup group in groups)
        {
            foreach (Option option in group.Options)
            {
                names.Add("--" + option.Name);
            }
        }

        // All that are allowed are a screenful for some verbs, in which the guess would drown.
        string owner = verb is null ? "sandbox" : "sandbox " + verb;
        string hint = ForeignWords.OfOption(verb, shown) is { } foreign ? foreign + (foreign.EndsWith('?') ? " " : "; ")
            : Nearest.Find(shown, names) is { } nearest ? $"did you mean {nearest}? " : "";
        return new Refusal($"unknown option {shown}", $"'{owner}' has no such option", $"{hint}'{owner} --help' lists what is allowed");
    }
}
