using System.Collections.Immutable;
using System.Text;

namespace Sandbox.CommandLine;

/// <summary>Writes the script that completes command lines of sandbox in zsh, by its function _arguments (zshcompsys(1)).</summary>
internal static class ZshCompletion
{
    /// <summary>Asks sandbox for names, in the place that --root says, before the verb or behind it.</summary>
    private const string Names = """
        _sandbox_ask() {
            local place=${opt_args[--root]:-$root}
            local -a names=(${(f)"$(sandbox ${place:+--root} ${(Q)place} "$@" 2>/dev/null)"})
            compadd -a names
        }
        _sandbox_images() { _sandbox_ask images --names }
        _sandbox_images_or_files() { _sandbox_images; _files }
        _sandbox_sandboxes() { _sandbox_ask ps -a --names }
        _sandbox_running() { _sandbox_ask ps --names }
        _sandbox_sandboxes_or_images() { _sandbox_sandboxes; _sandbox_images }


        """;

    /// <summary>Works read by `source` as well as from a directory of fpath, where the first line counts.</summary>
    private const string Tail = """
                esac
                ;;
            esac
        }

        if [[ $funcstack[1] == _sandbox ]]; then
            _sandbox "$@"
        else
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
            compdef _sandbox sandbox
        fi

        """;

    public static string Write()
    {
        StringBuilder script = new();
        script.Append("#compdef sandbox\n# Completion of sandbox for zsh, written by 'sandbox completion zsh'.\n\n");
        script.Append(Names);
        script.Append("_sandbox() {\n");
        script.Append("    local curcontext=$curcontext state line root\n    typeset -A opt_args\n    local -a verbs=(\n");
        foreach (Verb verb in Verbs.Shown)
        {
            script.Append("        ").Append(Quote($"{verb.Name}:{verb.Summary}")).Append('\n');
        }

        script.Append("    )\n    _arguments -C -s -S");
        Specifications(script, CommonOptions.Of<HelpOptions>().Options, indent: 8);
        script.Append(" \\\n        '(-)1:command:->verb' \\\n        '(-)*:: :->words'\n");
        script.Append("    root=$opt_args[--root]\n    case $state in\n    verb) _describe command verbs ;;\n    words)\n        case $line[1] in\n");
        foreach (Verb verb in Verbs.Shown)
        {
            script.Append("        ").Append(verb.Name).Append(")\n            _arguments -s -S");
            Specifications(script, verb.OptionGroups.SelectMany(group => group.Options), indent: 16);
            Operands(script, verb.Operand);
            script.Append("\n            ;;\n");
        }

        return script.Append(Tail).ToString();
    }

    private static void Specifications(StringBuilder script, IEnumerable<Option> options, int indent)
    {
        foreach (Option option in options)
        {
            bool takesValue = option.ValueName is not null;
            string value = takesValue ? $":{EscapeColon(option.ValueName!)}:{Action(option.Kind, option.Choices)}" : "";
            string summary = $"[{option.Summary.Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal)}]{value}";

            // "*" lets an option be given again; "+" and "=" say that the value may follow in the same word.
            // "=-" says that it can follow in no other.
            string end = option.IsSwitch ? "=-" : takesValue ? "=" : "";
            Specification(script, indent, $"*--{option.Name}{end}{summary}{(option.IsSwitch ? "::switch:(true false)" : "")}");
            if (option.Letter != '\0')
            {
                Specification(script, indent, $"*-{option.Letter}{(takesValue ? "+" : "")}{summary}");
            }
        }
    }

    private static void Specification(StringBuilder script, int indent, string text) =>
        script.Append(" \\\n").Append(' ', indent).Append(Quote(text));

    private static void Operands(StringBuilder script, Operand operand)
    {
        const int indent = 16;
        if (operand.Usage.Length == 0)
        {
            return;
        }

        Specification(script, indent, $"{(operand.Repeats ? "*" : "(-)1")}:{EscapeColon(operand.Usage)}:{Action(operand.Kind, operand.Choices)}");
        if (operand.ThenCommand)
        {
            Specification(script, indent, "(-)*::command:_normal");
        }
    }

    private static string Action(ValueKind kind, ImmutableArray<string> choices) => kind switch
    {
        ValueKind.File => "_files",
        ValueKind.Directory => "_files -/",
        ValueKind.Choice => $"({string.Join(' ', choices)})",
        ValueKind.Words => $"{{{Add(choices)}}}",
        ValueKind.WordsOrFile => $"{{{Add(choices)}; _files}}",
        ValueKind.Image => "_sandbox_images",
        ValueKind.ImageOrFile => "_sandbox_images_or_files",
        ValueKind.Sandbox => "_sandbox_sandboxes",
        ValueKind.RunningSandbox => "_sandbox_running",
        ValueKind.SandboxOrImage => "_sandbox_sandboxes_or_images",
        ValueKind.Verb => $"({string.Join(' ', Verbs.ShownNames)})",
        _ => " ",
    };

    /// <summary>Offers words; no space comes after one that is to be continued.</summary>
    private static string Add(ImmutableArray<string> words)
    {
        string[] begun = [.. words.Where(static word => word[^1] is '=' or ',')];
        string[] whole = [.. words.Except(begun)];
        string first = whole.Length > 0 ? "compadd -- " + string.Join(' ', whole) : "";
        return begun.Length == 0 ? first : $"{first}{(first.Length > 0 ? "; " : "")}compadd -S \"\" -- {string.Join(' ', begun)}";
    }

    private static string EscapeColon(string text) => text.Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
