using System.Collections.Immutable;
using System.Globalization;
using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.SeccompOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox seccomp</c>.</summary>
internal static class SeccompVerb
{
    /// <summary>As many as a system call has.</summary>
    private const int MostArguments = 6;

    public static Verb Entry => new Verb<SeccompOptions>
    {
        Name = "seccomp",
        Summary = "Show the filter that a seccomp profile becomes, and what it says to a call",
        Description =
        [
            "PROFILE is a file in Docker's form or in that of the OCI runtime specification, or default. The filter is shown as it is for the default capabilities and the running kernel.",
        ],
        Operand = new() { Usage = "PROFILE", Kind = ValueKind.WordsOrFile, Choices = ["default"] },
        Examples =
        [
            new("Print the program of the default profile", "sandbox seccomp default --dump"),
            new("Ask about socket(AF_ALG, ...)", "sandbox seccomp default --explain socket,38"),
        ],
        Empty = new SeccompOptions(),
        Options = Options,
        Finish = Finish,
    };

    private static ImmutableArray<OptionGroup> Options() =>
    [
        new("What to show", () =>
        [
            Row.Flag("dump", '\0', "Print the program, one line an instruction.", (o, v) => o with { Dump = v }),
            Row.Value("explain", '\0', "SYSCALL[,ARG...]", "Print the verdict on a call, by name or number, through each ABI, and its reason. Numbers may be hexadecimal, with 0x; arguments left out are 0.",
                ReadCall, (o, v) => o with { Explain = v }),
        ]),
        CommonOptions.Of<SeccompOptions>(),
    ];

    /// <summary>The profile may stand before the options too.</summary>
    private static Invocation Finish(SeccompOptions options, ReadOnlySpan<string> words)
    {
        if (words.IsEmpty)
        {
            return new Refusal("missing profile", "allowed are default and a file");
        }

        OptionReader<SeccompOptions> reader = new("seccomp", Options());
        return reader.Read(options with { Profile = words[0] }, words[1..], out int read) switch
        {
            SeccompOptions when read < words.Length - 1 => new Refusal($"wrong word '{words[read + 1]}'", "'sandbox seccomp' takes one profile"),
            SeccompOptions { Dump: false, Explain: null } => new Refusal("nothing to show", "allowed are --dump and --explain"),
            Invocation other => other,
        };
    }

    private static Parsed<AskedCall> ReadCall(string word)
    {
        string[] parts = word.Split(',');
        if (parts[0].Length == 0 || parts.Length > MostArguments + 1)
        {
            return new Wrong($"allowed are a name or number and up to {MostArguments} arguments, divided by ','");
        }

        string call = parts[0];
        if (char.IsAsciiDigit(call[0]))
        {
            if (!TryReadNumber(call, out ulong number) || number > uint.MaxValue)
            {
                return new Wrong($"'{call}' is no number of a system call");
            }

            call = number.ToString(CultureInfo.InvariantCulture);
        }

        ImmutableArray<ulong>.Builder arguments = ImmutableArray.CreateBuilder<ulong>();
        foreach (string part in parts.AsSpan(1))
        {
            if (!TryReadNumber(part, out ulong argument))
            {
                return new Wrong($"'{part}' is no number of 64 bits");
            }

            arguments.Add(argument);
        }

        return new AskedCall(call, arguments.ToImmutable());
    }

    private static bool TryReadNumber(string word, out ulong number)
    {
        bool isHexadecimal = word.StartsWith("0x", StringComparison.Ordinal);
        return ulong.TryParse(
            isHexadecimal ? word.AsSpan(2) : word, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
