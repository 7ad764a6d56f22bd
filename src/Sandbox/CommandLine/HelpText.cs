using System.Text;

namespace Sandbox.CommandLine;

/// <summary>Writes the help of sandbox and of its verbs from their rows.</summary>
internal static class HelpText
{
    private const int Width = 80, Indent = 2;

    /// <summary>Where the second column begins; what is longer in the first has a line of its own.</summary>
    private const int Column = 28;

    public static string Overview()
    {
        StringBuilder text = new();
        text.Append("Usage: sandbox COMMAND [OPTIONS] [ARG...]\n\nRuns commands that nobody need trust, without root and without a daemon.\n");
        Heading(text, "Commands");
        foreach (Verb verb in Verbs.Shown)
        {
            Row(text, verb.Name, verb.Summary);
        }

        Options(text, CommonOptions.Of<HelpOptions>());
        text.Append("\nAn option without a value may be given =true or =false.\n'sandbox help COMMAND' explains a command,\n'sandbox help --man | man -l -' everything.\n");
        return text.ToString();
    }

    public static string Of(Verb verb)
    {
        StringBuilder text = new();
        text.Append("Usage: sandbox ").Append(Usage(verb)).Append("\n\n").Append(verb.Summary).Append(".\n");
        foreach (string paragraph in verb.Description)
        {
            text.Append('\n');
            Wrap(text, paragraph, indent: 0, at: 0);
        }

        foreach (OptionGroup group in verb.OptionGroups)
        {
            Options(text, group);
        }

        foreach (Verb operation in verb.Operations)
        {
            Operation(text, verb, operation);
        }

        if (!verb.Examples.IsEmpty)
        {
            Heading(text, "Examples");
        }

        foreach (Example example in verb.Examples)
        {
            text.Append("  # ").Append(example.Purpose).Append("\n  ").Append(example.Line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A verb with what follows it, as in a usage line.</summary>
    public static string Usage(Verb verb) => $"{verb.Name} [OPTIONS] {verb.Operand.Usage}".TrimEnd();

    /// <summary>One of the operations of a verb: its usage, what it does, and the options that it alone has.</summary>
    private static void Operation(StringBuilder text, Verb verb, Verb operation)
    {
        Heading(text, $"{verb.Name} {Usage(operation)}");
        text.Append(' ', Indent);
        Wrap(text, operation.Summary + ".", Indent, Indent);
        foreach (OptionGroup group in operation.OptionGroups[..^1])
        {
            Rows(text, group);
        }
    }

    private static void Options(StringBuilder text, OptionGroup group)
    {
        Heading(text, group.Title);
        Rows(text, group);
    }

    private static void Rows(StringBuilder text, OptionGroup group)
    {
        foreach (Option option in group.Options)
        {
            string letter = option.Letter == '\0' ? "    " : $"-{option.Letter}, ";
            string value = option.IsSwitch ? "[=false]" : option.ValueName is null ? "" : " " + option.ValueName;
            Row(text, $"{letter}--{option.Name}{value}", option.Summary);
        }
    }

    private static void Heading(StringBuilder text, string title) => text.Append('\n').Append(title).Append(":\n");

    private static void Row(StringBuilder text, string first, string second)
    {
        text.Append(' ', Indent).Append(first);
        int at = Indent + first.Length;
        if (at > Column - 2)
        {
            text.Append('\n');
            at = 0;
        }

        text.Append(' ', Column - at);
        Wrap(text, second, Column, Column);
    }

    /// <summary>Writes words from column <paramref name="at"/>, breaking lines before they get too long.</summary>
    private static void Wrap(StringBuilder text, string words, int indent, int at)
    {
        bool first = true;
        foreach (string word in words.Split(' '))
        {
            if (!first && at + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', indent);
                (at, first) = (indent, true);
            }

            text.Append(first ? "" : " ").Append(word);
            at += word.Length + (first ? 0 : 1);
            first = false;
        }

        text.Append('\n');
    }
}
