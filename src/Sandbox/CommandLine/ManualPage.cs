using System.Collections.Immutable;
using System.Text;

namespace Sandbox.CommandLine;

/// <summary>Writes the manual page sandbox(1) from the rows of all verbs, in the man macros of roff (man(7)).</summary>
internal static class ManualPage
{
    public static string Write()
    {
        StringBuilder page = new();
        page.Append(".TH SANDBOX 1 \"\" \"sandbox ").Append(Product.Version).Append("\" \"User Commands\"\n");
        Section(page, "NAME");
        Text(page, "sandbox - run commands that nobody need trust, without root and without a daemon");
        Section(page, "SYNOPSIS");
        page.AppendJoin(".br\n", Verbs.Shown.Select(static verb => $".B sandbox {Escape(verb.Name)}\n{Escape($"[OPTIONS] {verb.Operand.Usage}".TrimEnd())}\n"));

        Section(page, "COMMANDS");
        Text(page, "An option without a value may be given =true or =false.");
        foreach (Verb verb in Verbs.Shown)
        {
            Describe(page, verb);
        }

        Table(page, "EXIT STATUS", ManualSections.ExitStatus);
        Table(page, "ENVIRONMENT", ManualSections.Environment);
        Table(page, "FILES", ManualSections.Files);
        return page.ToString();
    }

    private static void Describe(StringBuilder page, Verb verb)
    {
        page.Append(".SS sandbox ").Append(Escape(HelpText.Usage(verb))).Append('\n');
        Text(page, verb.Summary + ".");
        foreach (string paragraph in verb.Description)
        {
            page.Append(".PP\n");
            Text(page, paragraph);
        }

        Options(page, verb.OptionGroups);
        foreach (Verb operation in verb.Operations)
        {
            page.Append(".PP\n.B sandbox ").Append(Escape($"{verb.Name} {HelpText.Usage(operation)}")).Append('\n');
            page.Append(".PP\n");
            Text(page, operation.Summary + ".");

            // The last group is that of all operations.
            Options(page, operation.OptionGroups[..^1]);
        }

        foreach (Example example in verb.Examples)
        {
            page.Append(".PP\n");
            Text(page, example.Purpose + ":");
            page.Append(".PP\n.RS 4\n.nf\n");
            Text(page, example.Line);
            page.Append(".fi\n.RE\n");
        }
    }

    private static void Options(StringBuilder page, ImmutableArray<OptionGroup> groups)
    {
        foreach (OptionGroup group in groups)
        {
            page.Append(".PP\n");
            Text(page, group.Title + ":");
            foreach (Option option in group.Options)
            {
                string letter = option.Letter == '\0' ? "" : $"\\fB{Escape("-" + option.Letter)}\\fR, ";
                string value = option.IsSwitch ? "[=\\fIfalse\\fR]" : option.ValueName is null ? "" : $" \\fI{Escape(option.ValueName)}\\fR";
                page.Append(".TP\n").Append(letter).Append("\\fB").Append(Escape("--" + option.Name)).Append("\\fR").Append(value).Append('\n');
                Text(page, option.Summary);
            }
        }
    }

    private static void Table(StringBuilder page, string title, ReadOnlySpan<(string Term, string Meaning)> rows)
    {
        Section(page, title);
        foreach ((string term, string meaning) in rows)
        {
            page.Append(".TP\n\\fB").Append(Escape(term)).Append("\\fR\n");
            Text(page, meaning);
        }
    }

    private static void Section(StringBuilder page, string title) => page.Append(".SH ").Append(title).Append('\n');

    /// <summary>A line of text; one that begins like a request to roff is told to be none.</summary>
    private static void Text(StringBuilder page, string line)
    {
        if (line[0] is '.' or '\'')
        {
            page.Append("\\&");
        }

        page.Append(Escape(line)).Append('\n');
    }

    /// <summary>Keeps roff from reading backslashes, and from making typographic signs of those that belong to command lines.</summary>
    private static string Escape(string text) => text
        .Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("'", "\\(aq", StringComparison.Ordinal)
        .Replace("`", "\\(ga", StringComparison.Ordinal)
        .Replace("^", "\\(ha", StringComparison.Ordinal)
        .Replace("~", "\\(ti", StringComparison.Ordinal);
}
