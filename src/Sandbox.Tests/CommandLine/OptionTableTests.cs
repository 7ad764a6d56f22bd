using System.Collections.Immutable;
using System.Text;
using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>Parser, help, manual and completion say the same, because they come from one table.</summary>
public class OptionTableTests
{
    public static IEnumerable<Func<(string Verb, string Option)>> Rows() =>
        from verb in Verbs.Shown
        from option in AllOptions(verb)
        select (Func<(string, string)>)(() => (verb.Name, option.Name));

    [Test]
    [MethodDataSource(nameof(Rows))]
    public async Task An_option_is_known_to_all(string verb, string name)
    {
        Verb row = Verbs.Find(verb)!;
        Option option = AllOptions(row).Single(option => option.Name == name);
        string written = option.IsSwitch ? $"--{name}[=false]" : option.ValueName is null ? "--" + name : $"--{name} {option.ValueName}";

        Refusal? parsed = row.Read(["--" + name]) as Refusal;
        await Assert.That(parsed?.What).IsNotEqualTo($"unknown option --{name}");
        await Assert.That(HelpText.Of(row)).Contains(written);
        await Assert.That(ManualPage.Write()).Contains($"\\fB\\-\\-{name.Replace("-", "\\-", StringComparison.Ordinal)}\\fR");
        await Assert.That(BashCompletion.Write()).Contains("--" + name);
        await Assert.That(ZshCompletion.Write()).Contains($"'*--{name}{(option.IsSwitch ? "=-" : option.ValueName is null ? "" : "=")}[");
    }

    [Test]
    public async Task No_name_and_no_letter_is_given_twice()
    {
        foreach (Verb verb in Verbs.All)
        {
            List<Option> options = [.. AllOptions(verb)];
            await Assert.That(options.Select(option => option.Name)).HasDistinctItems();
            await Assert.That(options.Where(option => option.Letter != '\0').Select(option => option.Letter)).HasDistinctItems();
        }
    }

    [Test]
    public async Task Every_choice_that_is_offered_is_taken()
    {
        foreach (Verb verb in Verbs.Shown)
        {
            foreach (Option option in AllOptions(verb))
            {
                ImmutableArray<string> words = option.Choices;
                await Assert.That(words.IsEmpty).IsEqualTo(option.Kind is not (ValueKind.Choice or ValueKind.Words or ValueKind.WordsOrFile));
                await Assert.That(option.Kind == ValueKind.Choice ? option.ValueName : "").IsEqualTo(option.Kind == ValueKind.Choice ? string.Join('|', words) : "");
                foreach (string word in words)
                {
                    string value = word[^1] switch { '=' => word + "1", ',' => word + (word == "type=bind," ? "source=/," : "") + "target=/x", _ => word };
                    await Assert.That((verb.Read([$"--{option.Name}={value}"]) as Refusal)?.What ?? "").DoesNotStartWith("wrong value");
                }
            }
        }
    }

    /// <summary>A set of words that the parser knows is not for the user to know by heart.</summary>
    [Test]
    [Arguments("run", "cap-add", "NET_ADMIN")]
    [Arguments("run", "cap-drop", "ALL")]
    [Arguments("run", "ulimit", "nofile=")]
    [Arguments("run", "stop-signal", "TERM")]
    [Arguments("kill", "signal", "USR1")]
    [Arguments("run", "seccomp", "unconfined")]
    [Arguments("run", "security-opt", "no-new-privileges")]
    [Arguments("run", "tcp-ports", "bind=")]
    [Arguments("run", "scratch", "disk")]
    [Arguments("run", "mount", "type=tmpfs,")]
    public async Task Words_that_the_parser_knows_are_offered(string verb, string option, string word) =>
        await Assert.That(AllOptions(Verbs.Find(verb)!).Single(row => row.Name == option).Choices).Contains(word);

    [Test]
    public async Task Every_example_is_a_command_line_that_is_taken()
    {
        foreach (Example example in Verbs.Shown.SelectMany(verb => verb.Examples))
        {
            string[] words = example.Line.Split(' ');
            int first = Array.FindIndex(words, word => word.EndsWith("sandbox", StringComparison.Ordinal)) + 1;
            int end = Array.FindIndex(words, word => word is "|");
            Invocation read = Arguments.Read([.. words[first..(end < 0 ? words.Length : end)].Select(word => word.TrimEnd(')'))]);
            await Assert.That(read).IsNotTypeOf<Refusal>().Because(example.Line);
        }
    }

    [Test]
    public async Task Every_command_line_of_the_README_is_taken()
    {
        string[] lines = [.. (await File.ReadAllTextAsync(Repository.In("README.md"))).Split('`')
            .Where(code => code.StartsWith("sandbox ", StringComparison.Ordinal) && !code.Contains('\n'))
            .Select(code => code.Split('|')[0].TrimEnd(' ', '\\'))];
        await Assert.That(lines.Length).IsGreaterThan(8);
        foreach (string line in lines)
        {
            await Assert.That(Arguments.Read(line.Split(' ').AsSpan(1))).IsNotTypeOf<Refusal>().Because(line);
        }
    }

    [Test]
    public async Task What_sandbox_calls_itself_is_shown_nowhere()
    {
        StringBuilder all = new();
        all.Append(HelpText.Overview()).Append(ManualPage.Write()).Append(BashCompletion.Write()).Append(ZshCompletion.Write());
        await Assert.That(all.ToString()).DoesNotContain("-worker");
        await Assert.That(Verbs.All.Where(verb => !verb.Shown).Select(verb => verb.Name)).Contains("unpack-worker");
    }

    [Test]
    public async Task Help_fits_a_terminal_of_80_columns()
    {
        IEnumerable<string> texts = Verbs.Shown.Select(HelpText.Of).Append(HelpText.Overview());
        IEnumerable<string> wide = texts.SelectMany(text => text.Split('\n')).Where(line => line.Length > 80 && !line.StartsWith("  sandbox run", StringComparison.Ordinal));
        await Assert.That(wide).IsEmpty();
    }

    [Test]
    public async Task Help_names_every_command()
    {
        foreach (Verb verb in Verbs.Shown)
        {
            await Assert.That(HelpText.Overview()).Contains($"  {verb.Name} ");
            await Assert.That(HelpText.Of(verb)).StartsWith($"Usage: sandbox {verb.Name} [OPTIONS]");
        }
    }

    private static IEnumerable<Option> AllOptions(Verb verb) => verb.OptionGroups.SelectMany(group => group.Options);
}
