using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>What may follow the options of a verb, as usage lines and completion show it.</summary>
internal readonly record struct Operand()
{
    /// <summary>As in a usage line: "IMAGE [--] [COMMAND [ARG...]]".</summary>
    public string Usage { get; init; } = "";

    /// <summary>What a shell offers for the first of them, and where it may be given again for all.</summary>
    public ValueKind Kind { get; init; }

    /// <summary>The words allowed for the first, where <see cref="Kind"/> is <see cref="ValueKind.Choice"/>, or known of it, where it is <see cref="ValueKind.WordsOrFile"/>.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>Whether more of the same may follow the first.</summary>
    public bool Repeats => !ThenCommand && Usage.TrimEnd(']').EndsWith("...", StringComparison.Ordinal);

    /// <summary>Whether the words after the first are a command line of their own.</summary>
    public bool ThenCommand { get; init; }

    /// <summary>Whether options may stand between the first and that command line too.</summary>
    public bool OptionsAfterFirst { get; init; }
}
