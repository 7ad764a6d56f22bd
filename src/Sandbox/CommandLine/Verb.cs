using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>One row of the verb table: what parser, help, manual and completion know of a command of sandbox.</summary>
internal abstract class Verb
{
    public required string Name { get; init; }

    /// <summary>What it does, in one line without a full stop.</summary>
    public required string Summary { get; init; }

    /// <summary>What the summary leaves open, in paragraphs.</summary>
    public ImmutableArray<string> Description { get; init; } = [];

    public Operand Operand { get; init; } = new();

    public ImmutableArray<Example> Examples { get; init; } = [];

    /// <summary>Whether help and completion show it; what sandbox calls itself is not shown.</summary>
    public bool Shown { get; init; } = true;

    /// <summary>The operations of a verb that is several commands in one, each with rows of its own; none for all others.</summary>
    public virtual ImmutableArray<Verb> Operations => [];

    /// <summary>The rows of its options.</summary>
    public abstract ImmutableArray<OptionGroup> OptionGroups { get; }

    /// <summary>Reads the words after the verb.</summary>
    public abstract Invocation Read(ReadOnlySpan<string> words);
}

/// <summary>A verb whose words become a <typeparamref name="TOptions"/>.</summary>
internal sealed class Verb<TOptions> : Verb
    where TOptions : Invocation
{
    /// <summary>The command line in which nothing was said.</summary>
    public required TOptions Empty { get; init; }

    public required Func<ImmutableArray<OptionGroup>> Options { get; init; }

    /// <summary>The topic of help that explains it, where that is not its name.</summary>
    public string? Topic { get; init; }

    /// <summary>Takes the words after the options; a <see cref="Refusal"/> where they are too few or too many.</summary>
    public required Func<TOptions, ReadOnlySpan<string>, Invocation> Finish { get; init; }

    public override ImmutableArray<OptionGroup> OptionGroups => Options();

    public override Invocation Read(ReadOnlySpan<string> words)
    {
        OptionReader<TOptions> reader = new(Topic ?? Name, Options());
        TOptions options = Empty;
        List<string> operands = [];
        while (true)
        {
            Invocation result = reader.Read(options, words, out int read);
            if (result is not TOptions sofar)
            {
                return result;
            }

            options = sofar;
            bool ended = read > 0 && words[read - 1] == "--";
            words = words[read..];
            if (words.IsEmpty || ended || (Operand.ThenCommand && operands.Count == (Operand.OptionsAfterFirst ? 1 : 0)))
            {
                Invocation finished = Finish(options, [.. operands, .. words]);
                return finished is Refusal refusal ? options.Refuse(refusal) : finished;
            }

            // Options may follow operands too, where these are no command line of their own.
            operands.Add(words[0]);
            words = words[1..];
        }
    }
}
