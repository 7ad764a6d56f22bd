using System.Collections.Immutable;
using System.Text;

namespace Sandbox.Boot;

/// <summary>What the kernel's command line says to the machine's manager.</summary>
internal sealed record KernelWords
{
    private const string Main = "main";

    /// <summary>sandbox.image=: the image of a unit of that one line, named main, in the place of one that a file describes.</summary>
    public string? Image { get; init; }

    /// <summary>sandbox.exec=: its command, in words.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>sandbox.options=: its options, in words.</summary>
    public ImmutableArray<string> Options { get; init; } = [];

    /// <summary>sandbox.then=: what becomes of the machine when that unit has ended.</summary>
    public string? Then { get; init; }

    /// <summary>sandbox.console=: the unit that has the console.</summary>
    public string? Console { get; init; }

    /// <summary>ro: the root file system is to stay read-only. The kernel itself mounts it so unless it is told rw.</summary>
    public bool KeepsRoot { get; init; }

    /// <summary>Words that are meant for us, and cannot be understood.</summary>
    public ImmutableArray<string> Mistakes { get; init; } = [];

    /// <param name="text">/proc/cmdline. A value with spaces is in double quotes, as the kernel's own are.</param>
    public static KernelWords Read(string text)
    {
        KernelWords words = new();
        foreach (string word in Split(text))
        {
            string value = word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..];
            words = word[..^value.Length] switch
            {
                "sandbox.image=" => words with { Image = value },
                "sandbox.exec=" => words with { Command = Words(value) },
                "sandbox.options=" => words with { Options = Words(value) },
                "sandbox.then=" when MachineEnds.Of(value) is not null => words with { Then = value },
                "sandbox.console=" => words with { Console = value },
                "" when value == "ro" => words with { KeepsRoot = true },
                _ when word.StartsWith("sandbox.", StringComparison.Ordinal) => words with { Mistakes = words.Mistakes.Add(word) },
                _ => words,
            };
        }

        return words;
    }

    /// <summary>The units of the files, with what the command line adds to them.</summary>
    public ImmutableArray<Unit> Apply(IEnumerable<Unit> units)
    {
        ImmutableArray<Unit>.Builder all = ImmutableArray.CreateBuilder<Unit>();
        foreach (Unit unit in units)
        {
            if (Image is null || unit.Name != Main)
            {
                all.Add(unit with { OnConsole = unit.Name == Console });
            }
        }

        if (Image is not null)
        {
            all.Add(new Unit { Name = Main, Image = Image, Options = Options, Command = Command, Then = Then, OnConsole = Console == Main });
        }

        return all.ToImmutable();
    }

    /// <summary>What is wrong with them, in sentences.</summary>
    /// <param name="units">All that there are.</param>
    public IEnumerable<string> Complaints(IEnumerable<Unit> units)
    {
        foreach (string word in Mistakes)
        {
            yield return $"cannot use '{word}' of the kernel's command line: allowed are sandbox.image=, sandbox.options=, sandbox.exec=, sandbox.then=poweroff|reboot|halt, sandbox.console=";
        }

        if (Console is not null && units.All(unit => unit.Name != Console))
        {
            yield return $"cannot give the console to {Console}: there is no unit of that name";
        }
    }

    /// <summary>The unit that is started in trouble has the console too, unless another one was given it: somebody may sit there.</summary>
    public Unit? ApplyToEmergency(Unit? unit) => unit is null ? null : unit with { OnConsole = Console is null || Console == unit.Name };

    private static ImmutableArray<string> Words(string value) => [.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static List<string> Split(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool quoted = false;
        foreach (char one in text + " ")
        {
            if (one == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && char.IsWhiteSpace(one))
            {
                words.Add(word.ToString());
                word.Clear();
            }
            else
            {
                word.Append(one);
            }
        }

        return words;
    }
}
