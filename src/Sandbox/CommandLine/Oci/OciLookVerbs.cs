using System.Collections.Immutable;
using EventsRow = Sandbox.CommandLine.Option<Sandbox.CommandLine.OciEventsOptions>;
using ListRow = Sandbox.CommandLine.Option<Sandbox.CommandLine.OciListOptions>;
using SpecRow = Sandbox.CommandLine.Option<Sandbox.CommandLine.OciSpecOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of the operations that show something: list, ps, events, features, spec.</summary>
internal static class OciLookVerbs
{
    public static Verb List(OciGlobal global) => new Verb<OciListOptions>
    {
        Name = "list",
        Topic = OciRows.Topic,
        Summary = "List the containers",
        Empty = new OciListOptions { Operation = "list", Global = global },
        Options = static () =>
        [
            new("Form", () => [Format(), ListRow.Flag("quiet", 'q', "Print ids alone.", (o, v) => o with { OnlyIds = v })]),
            OciRows.Global<OciListOptions>(),
        ],
        Finish = OciRows.TakeNothing,
    };

    public static Verb Processes(OciGlobal global) => new Verb<OciListOptions>
    {
        Name = "ps",
        Topic = OciRows.Topic,
        Summary = "List the processes of a container",
        Operand = new() { Usage = "ID [PS-OPTION...]", ThenCommand = true },
        Empty = new OciListOptions { Operation = "ps", Global = global },
        Options = ProcessesOptions,
        Finish = static (options, words) =>
        {
            Invocation taken = OciRows.TakeId(options, words, out ReadOnlySpan<string> rest);

            // Behind the container engines write options of ours, and people those of ps(1): what is not wholly the one is the other.
            OptionReader<OciListOptions> reader = new(OciRows.Topic, ProcessesOptions());
            return taken is not OciListOptions list || rest.IsEmpty ? taken
                : reader.Read(list, rest, out int read) is OciListOptions ours && read == rest.Length ? ours
                : list with { PsOptions = [.. rest] };
        },
    };

    public static Verb Events(OciGlobal global) => new Verb<OciEventsOptions>
    {
        Name = "events",
        Topic = OciRows.Topic,
        Summary = "Print what a container uses, again and again, as lines of JSON",
        Operand = new() { Usage = "ID" },
        Empty = new OciEventsOptions { Operation = "events", Global = global },
        Options = static () =>
        [
            new("What and when", () =>
            [
                EventsRow.Flag("stats", '\0', "Print the figures of the moment, and end.", (o, v) => o with { Stats = v }),
                EventsRow.Value("interval", '\0', "TIME", "The time between two lines; 5s unless said.",
                    OciWords.Interval, (o, v) => o with { Interval = v }),
            ]),
            OciRows.Global<OciEventsOptions>(),
        ],
        Finish = OciRows.TakeId,
    };

    public static Verb Features(OciGlobal global) => new Verb<OciFeaturesOptions>
    {
        Name = "features",
        Topic = OciRows.Topic,
        Summary = "Print what the runtime can do, as the specification has it",
        Empty = new OciFeaturesOptions { Operation = "features", Global = global },
        Options = static () => [OciRows.Global<OciFeaturesOptions>()],
        Finish = OciRows.TakeNothing,
    };

    public static Verb Spec(OciGlobal global) => new Verb<OciSpecOptions>
    {
        Name = "spec",
        Topic = OciRows.Topic,
        Summary = "Write a config.json to begin with",
        Empty = new OciSpecOptions { Operation = "spec", Global = global },
        Options = static () =>
        [
            // In front of the option of the same name that all operations have: here it takes no value.
            new("For whom", () =>
            [
                SpecRow.Value("bundle", 'b', "DIR", "The directory that it is written into; otherwise the working directory.",
                    Words.NotEmpty, (o, v) => o with { Bundle = v }, ValueKind.Directory),
                SpecRow.Flag("rootless", '\0', "For a user who is not root.", (o, v) => o with { ForUser = v }),
            ]),
            OciRows.Global<OciSpecOptions>(),
        ],
        Finish = OciRows.TakeNothing,
    };

    private static ImmutableArray<OptionGroup> ProcessesOptions() => [new("Form", () => [Format()]), OciRows.Global<OciListOptions>()];

    private static ListRow Format() => ListRow.WithLetter(ListRow.Choice(
        "format", "table|json", ["table", "json"], "A table, or JSON.", (o, place) => o with { Json = place == 1 }), 'f');
}
