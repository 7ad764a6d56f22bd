using System.Collections.Immutable;
using System.Text;

namespace Sandbox.Boot;

/// <summary>What the kernel's command line says to the machine's manager.</summary>
internal sealed record KernelWords
{
    /// <summary>sandbox.image=: the image of a unit of that one line, named main.</summary>
    public string? Image { get; init; }

    /// <summary>sandbox.exec=: its command, in words.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>sandbox.then=: what becomes of the machine when that unit has ended.</summary>
    public string? Then { get; init; }

    /// <summary>sandbox.console=: the unit that has the console.</summary>
    public string? Console { get; init; }

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
                "sandbox.exec=" => words with { Command = [.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries)] },
                "sandbox.then=" when MachineEnds.Of(value) is not null => words with { Then = value },
                "sandbox.console=" => words with { Console = value },
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
            all.Add(Apply(unit)!);
        }

        if (Image is not null)
        {
            all.Add(new Unit { Name = "main", Image = Image, Command = Command, Then = Then, OnConsole = Console == "main" });
        }

        return all.ToImmutable();
    }

    /// <summary>A unit, with the console where it is to have that.</summary>
    public Unit? Apply(Unit? unit) => unit is not null && unit.Name == Console ? unit with { OnConsole = true } : unit;

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
