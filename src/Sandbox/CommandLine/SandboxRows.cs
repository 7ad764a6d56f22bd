namespace Sandbox.CommandLine;

/// <summary>Rows and operands that several verbs on sandboxes have.</summary>
internal static class SandboxRows
{
    public const string OfNames = "NAME is the name of a sandbox, its id, or the first four digits of that or more.";

    public static Option<TOptions> Json<TOptions>()
        where TOptions : SandboxInvocation => Option<TOptions>.Flag("json", '\0', "Print JSON.", (o, v) => o with { Json = v });

    /// <summary>Takes one name or more.</summary>
    public static Invocation Take<TOptions>(string verb, TOptions options, ReadOnlySpan<string> words)
        where TOptions : SandboxInvocation => words.IsEmpty
        ? new Refusal("missing NAME", $"'sandbox {verb}' needs a sandbox", "'sandbox ps -a' lists them")
        : options with { Names = [.. words] };

    /// <summary>Takes exactly one.</summary>
    public static Invocation TakeOne<TOptions>(string verb, TOptions options, ReadOnlySpan<string> words)
        where TOptions : SandboxInvocation => words.Length > 1
        ? new Refusal($"wrong word '{words[1]}'", $"'sandbox {verb}' takes one sandbox", $"'sandbox help {verb}' explains it")
        : Take(verb, options, words);
}
