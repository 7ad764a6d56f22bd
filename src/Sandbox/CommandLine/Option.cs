using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>One row of the option table, as help, manual and completion see it.</summary>
internal abstract class Option
{
    /// <summary>The long name, without dashes.</summary>
    public required string Name { get; init; }

    /// <summary>The short name, or NUL.</summary>
    public char Letter { get; init; }

    /// <summary>What the value is called in help; null means that there is no value.</summary>
    public string? ValueName { get; init; }

    /// <summary>Whether it is on unless it is given =false, which any option without a value may be.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>What it does, in one or two sentences.</summary>
    public required string Summary { get; init; }

    public ValueKind Kind { get; init; }

    /// <summary>Makes <see cref="Choices"/>, which no start asks for; null where there are none.</summary>
    public Func<ImmutableArray<string>>? MakeChoices { get; init; }

    /// <summary>The words of <see cref="Kind"/>; one that ends in '=' or ',' is to be continued.</summary>
    public ImmutableArray<string> Choices => MakeChoices?.Invoke() ?? [];
}

/// <summary>One row of the option table of the verb whose command line is <typeparamref name="TOptions"/>.</summary>
internal sealed class Option<TOptions> : Option
    where TOptions : Invocation
{
    /// <summary>Puts the value ("true" for an option that takes none) into the command line read so far.</summary>
    public Func<TOptions, string, Parsed<TOptions>>? Apply { get; private init; }

    /// <summary>Ends the reading: this, made from the verb's name, is what the command line asks for.</summary>
    public Func<string?, Invocation>? Answer { get; private init; }

    /// <summary>A row that takes no value: on with its name alone and with =true, off with =false.</summary>
    public static Option<TOptions> Flag(string name, char letter, string summary, Func<TOptions, bool, Parsed<TOptions>> set, bool isSwitch = false) => new()
    {
        Name = name,
        Letter = letter,
        IsSwitch = isSwitch,
        Summary = summary,
        Apply = (options, word) => word switch
        {
            "true" => set(options, true),
            "false" => set(options, false),
            _ => new Wrong("allowed are true and false"),
        },
    };

    /// <summary>A row whose value is read by <paramref name="read"/>.</summary>
    public static Option<TOptions> Value<T>(
        string name, char letter, string valueName, string summary, Func<string, Parsed<T>> read, Func<TOptions, T, TOptions> set,
        ValueKind kind = ValueKind.Text, Func<ImmutableArray<string>>? choices = null) => new()
        {
            Name = name,
            Letter = letter,
            ValueName = valueName,
            Summary = summary,
            Kind = kind,
            MakeChoices = choices,
            Apply = (options, word) =>
            {
                Parsed<T> value = read(word);
                return value.Why is null ? set(options, value.Value) : new Wrong(value.Why);
            },
        };

    /// <summary>A row whose value is one of a few words; <paramref name="set"/> is given the word's place among them.</summary>
    public static Option<TOptions> Choice(string name, string valueName, ImmutableArray<string> words, string summary, Func<TOptions, int, TOptions> set) => new()
    {
        Name = name,
        ValueName = valueName,
        Summary = summary,
        Kind = ValueKind.Choice,
        MakeChoices = () => words,
        Apply = (options, word) => words.IndexOf(word) is >= 0 and int place
            ? set(options, place)
            : new Wrong("allowed are " + string.Join(", ", words)),
    };

    /// <summary>The same row with a short name as well.</summary>
    public static Option<TOptions> WithLetter(Option<TOptions> row, char letter) => new()
    {
        Name = row.Name,
        Letter = letter,
        ValueName = row.ValueName,
        Summary = row.Summary,
        Kind = row.Kind,
        MakeChoices = row.MakeChoices,
        Apply = row.Apply,
        Answer = row.Answer,
    };

    /// <summary>A row that ends the reading.</summary>
    public static Option<TOptions> Ending(string name, string summary, Func<string?, Invocation> answer) => new()
    {
        Name = name,
        Summary = summary,
        Answer = answer,
    };
}
