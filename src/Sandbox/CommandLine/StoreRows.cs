namespace Sandbox.CommandLine;

/// <summary>Rows that several verbs on images have.</summary>
internal static class StoreRows
{
    public static Option<TOptions> UserNamespace<TOptions>()
        where TOptions : StoreInvocation => Option<TOptions>.Choice(
            "userns", "auto|single|host", ["auto", "single", "host"],
            "Ids inside: all that you may use (auto), you alone as root (single), or no user namespace (host; for root only).",
            (o, place) => o with { UserNamespace = (UserNamespaceMode)place });

    public static Option<TOptions> Progress<TOptions>()
        where TOptions : StoreInvocation => Option<TOptions>.Choice(
            "progress", "auto|plain|json|none", ["auto", "plain", "json", "none"],
            "How unpacking is shown: bars on a terminal (auto), a line for each layer, JSON lines, or not at all.",
            (o, place) => o with { Progress = (ProgressOption)place });

    public static Option<TOptions> Platform<TOptions>()
        where TOptions : StoreInvocation => Option<TOptions>.Value(
            "platform", '\0', "OS/ARCH[/VARIANT]", "Which image of several: the one for this platform; an image for another is refused.",
            Words.Platform, (o, v) => o with { Platform = v });

    public static Option<TOptions> Json<TOptions>()
        where TOptions : StoreInvocation => Option<TOptions>.Flag("json", '\0', "Print JSON.", (o, v) => o with { Json = v });

    /// <summary>A list has one form.</summary>
    public static Refusal? FindTwoForms(bool json, bool names, bool quiet)
    {
        string? first = quiet ? "-q" : names ? "--names" : null;
        string? last = json ? "--json" : names ? "--names" : null;
        return first is null || last is null || first == last ? null : new Refusal($"wrong option {first}", $"{last} asks for the same list in another form", "leave one of the two out");
    }

    /// <summary>Takes exactly the operands that a verb needs.</summary>
    public static Refusal? Check(string verb, ReadOnlySpan<string> words, params ReadOnlySpan<string> operands)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            if (i == words.Length)
            {
                return new Refusal($"missing {operands[i]}", $"'sandbox {verb}' needs it", $"'sandbox help {verb}' explains it");
            }

            if (words[i].Length == 0)
            {
                return new Refusal($"wrong {operands[i]} ''", "it is empty");
            }
        }

        return words.Length > operands.Length
            ? new Refusal($"wrong word '{words[operands.Length]}'", $"'sandbox {verb}' takes {(operands.IsEmpty ? "none" : "only " + string.Join(" and ", operands))}", $"'sandbox help {verb}' explains it")
            : null;
    }
}
