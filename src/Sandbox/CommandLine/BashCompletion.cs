using System.Collections.Immutable;
using System.Text;

namespace Sandbox.CommandLine;

/// <summary>Writes the script that completes command lines of sandbox in bash.</summary>
internal static class BashCompletion
{
    public static string Write()
    {
        StringBuilder script = new();
        script.Append(Head);
        Case(script, "_sandbox_options", "\"$1\"", OptionWords());
        Case(script, "_sandbox_value", "\"$1 $2\"", ValueWords());
        Case(script, "_sandbox_operand", "\"$1\"", OperandWords(static _ => true));
        Case(script, "_sandbox_further", "\"$1\"", OperandWords(static verb => verb.Operand.Repeats));
        return script.Append(Tail).ToString();
    }

    /// <summary>
    /// Each function of the table answers with a kind (text, file, directory, words) and, for words, these.
    /// Bash hands over <c>--name=value</c> and <c>SRC:DST</c> as three words, because '=' and ':' break words there. The word at
    /// the cursor is put together again where it has a ':', as names of images have, or is an option's value with an '='.
    /// </summary>
    private const string Head = """
        # Completion of sandbox for bash, written by 'sandbox completion bash'.

        _sandbox_images() { sandbox "$@" images --names 2>/dev/null; }
        _sandbox_sandboxes() { sandbox "$@" ps -a --names 2>/dev/null; }
        _sandbox_running() { sandbox "$@" ps --names 2>/dev/null; }


        """;

    private const string Tail = """
        _sandbox() {
            local current=${COMP_WORDS[COMP_CWORD]} verb='' operands=0 option='' of='' begun='' ended='' value=0 at word answer names last=$COMP_CWORD
            local -a place=()
            while ((last > 1)) && [[ ${COMP_WORDS[last]} == : || ${COMP_WORDS[last - 1]} == : ]]; do
                ((last--))
                current=${COMP_WORDS[last]}$current
            done
            for ((at = 1; at < last; at++)); do
                word=${COMP_WORDS[at]}
                if [[ $word == [=:]* ]]; then
                    ((at + 1 < last)) && ((at++)) && { [[ $option == --root ]] && place=(--root "${COMP_WORDS[at]}"); of=${option:-$of} option='' value=$at; }
                elif [[ -n $option ]]; then
                    [[ $option == --root ]] && place=(--root "$word")
                    of=$option option='' value=$at
                elif [[ -z $ended && $operands == 0 && $word == '--' ]]; then
                    ended=1
                elif [[ -z $ended && $operands == 0 && $word == -?* ]]; then
                    [[ -n $(_sandbox_value "$verb" "$word") ]] && option=$word
                elif [[ -z $verb ]]; then
                    verb=$word
                else
                    ((operands++))
                fi
            done
            [[ $current == [=:]* ]] && current=''

            if [[ -n $option ]]; then
                answer=$(_sandbox_value "$verb" "$option")
            elif ((value && value >= last - 2)) && [[ ${COMP_WORDS[value + 1]} == = ]]; then
                begun=${COMP_WORDS[value]}= current=${COMP_WORDS[value]}=$current
                answer=$(_sandbox_value "$verb" "$of")
            elif [[ -z $ended && $operands == 0 && $current == -* ]]; then
                answer="words $(_sandbox_options "$verb")"
            elif [[ $operands == 0 ]]; then
                answer=$(_sandbox_operand "$verb")
            else
                answer=$(_sandbox_further "$verb")
                answer=${answer:-file}
            fi
            case $answer in
            image*) names=$(_sandbox_images "${place[@]}") ;;
            sandbox) names=$(_sandbox_sandboxes "${place[@]}") ;;
            sandbox-running) names=$(_sandbox_running "${place[@]}") ;;
            sandbox-or-image) names=$(_sandbox_sandboxes "${place[@]}"; _sandbox_images "${place[@]}") ;;
            esac

            COMPREPLY=()
            case $answer in
            words\ *) mapfile -t COMPREPLY < <(compgen -W "${answer#words }" -- "$current") ;;
            words-or-file\ *) names=${answer#words-or-file } answer=image-or-file ;;
            esac
            case $answer in
            directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            image-or-file)
                # As the name of a file 'app:1' would be written 'app\:1'.
                mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current")
                ((${#COMPREPLY[@]})) || compopt -o filenames 2>/dev/null
                mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$current")
                ;;
            image|sandbox*) mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current") ;;
            file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            esac
            [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=,] ]] && compopt -o nospace 2>/dev/null
            COMPREPLY=("${COMPREPLY[@]#"$begun"}")
            ((last < COMP_CWORD)) && COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}")
            return 0
        }

        complete -F _sandbox sandbox

        """;

    /// <summary>The verb "" stands for the place in front of the verb.</summary>
    private static IEnumerable<(string Pattern, string Answer)> OptionWords() =>
        Verbs.Shown.Select(verb => (verb.Name, Names(Options(verb)))).Prepend(("", Names(Common)));

    private static IEnumerable<(string Pattern, string Answer)> OperandWords(Func<Verb, bool> has) =>
        Verbs.Shown.Where(has).Select(verb => (verb.Name, Answer(verb.Operand.Kind, verb.Operand.Choices))).Prepend(("", Answer(ValueKind.Verb, [])));

    private static List<(string Pattern, string Answer)> ValueWords()
    {
        List<(string Pattern, string Answer)> words = [];
        IEnumerable<(string Verb, Option Option)> rows = Verbs.Shown.SelectMany(verb => Options(verb).Select(option => (verb.Name, option)));
        foreach ((string verb, Option option) in Common.Select(option => ("", option)).Concat(rows).Where(row => row.Item2.ValueName is not null))
        {
            string answer = Answer(option.Kind, option.Choices);
            words.Add(($"{verb} --{option.Name}", answer));
            if (option.Letter != '\0')
            {
                words.Add(($"{verb} -{option.Letter}", answer));
            }
        }

        return words;
    }

    private static IEnumerable<Option> Options(Verb verb) => verb.OptionGroups.SelectMany(group => group.Options);

    private static IEnumerable<Option> Common => CommonOptions.Of<HelpOptions>().Options;

    private static string Names(IEnumerable<Option> options) =>
        string.Join(' ', options.Select(option =>
            $"--{option.Name}{(option.Letter == '\0' ? "" : $" -{option.Letter}")}{(option.IsSwitch ? $" --{option.Name}=false" : "")}"));

    private static string Answer(ValueKind kind, ImmutableArray<string> choices) => kind switch
    {
        ValueKind.File => "file",
        ValueKind.Directory => "directory",
        ValueKind.Choice or ValueKind.Words => "words " + string.Join(' ', choices),
        ValueKind.WordsOrFile => "words-or-file " + string.Join(' ', choices),
        ValueKind.Image => "image",
        ValueKind.ImageOrFile => "image-or-file",
        ValueKind.Sandbox => "sandbox",
        ValueKind.RunningSandbox => "sandbox-running",
        ValueKind.SandboxOrImage => "sandbox-or-image",
        ValueKind.Verb => "words " + string.Join(' ', Verbs.ShownNames),
        _ => "text",
    };

    /// <summary>A function of the shell that prints the answer of the first matching row.</summary>
    private static void Case(StringBuilder script, string name, string subject, IEnumerable<(string Pattern, string Answer)> rows)
    {
        script.Append(name).Append("() {\n    case ").Append(subject).Append(" in\n");
        foreach ((string pattern, string answer) in rows)
        {
            script.Append("    '").Append(pattern).Append("') echo '").Append(answer).Append("' ;;\n");
        }

        script.Append("    esac\n}\n\n");
    }
}
