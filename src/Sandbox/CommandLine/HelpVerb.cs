using System.Collections.Immutable;
using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.HelpOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox help</c>.</summary>
internal static class HelpVerb
{
    public static Verb Entry => new Verb<HelpOptions>
    {
        Name = "help",
        Summary = "Explain sandbox or one of its commands",
        Operand = new() { Usage = "[COMMAND]", Kind = ValueKind.Verb },
        Examples =
        [
            new("Read the manual page", "sandbox help --man | man -l -"),
        ],
        Empty = new HelpOptions(),
        Options = Options,
        Finish = Finish,
    };

    private static ImmutableArray<OptionGroup> Options() =>
    [
        new("Form", () =>
        [
            Row.Flag("man", '\0', "Print the manual page, sandbox(1), in roff.", (o, v) => o with { Manual = v }),
        ]),
        CommonOptions.Of<HelpOptions>(),
    ];

    private static Invocation Finish(HelpOptions options, ReadOnlySpan<string> words) => words switch
    {
        [] => options,
        [string topic] when Verbs.ShownNames.Contains(topic) => options with { Topic = topic },
        [string unknown] => Verbs.Unknown(unknown),
        [_, string more, ..] => new Refusal($"wrong word '{more}'", "'sandbox help' explains one command at a time"),
    };
}
