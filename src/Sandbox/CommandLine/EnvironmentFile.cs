using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>Reads files of variables as docker does: one NAME=VALUE or NAME a line, # for comments, nothing is quoted.</summary>
internal static class EnvironmentFile
{
    /// <summary>What editors of Windows put before UTF-8; it would become a part of the first name.</summary>
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>The variables of a file's <paramref name="text"/>, or which line is none, and why.</summary>
    public static Parsed<ImmutableArray<EnvironmentOption>> Read(string text)
    {
        ImmutableArray<EnvironmentOption>.Builder variables = ImmutableArray.CreateBuilder<EnvironmentOption>();
        int number = 0;
        foreach (string whole in text.TrimStart(ByteOrderMark).Split('\n'))
        {
            number++;
            string line = whole.TrimEnd('\r').TrimStart();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.Contains('\0', StringComparison.Ordinal) || line.Contains('\uFFFD', StringComparison.Ordinal))
            {
                return new Wrong($"line {number} is not text in UTF-8");
            }

            Parsed<EnvironmentOption> variable = Words.Environment(line);
            if (variable.Why is not null || variable.Value.Name.AsSpan().ContainsAny(' ', '\t'))
            {
                return new Wrong($"line {number}: {variable.Why ?? "a name has no space in it"}");
            }

            variables.Add(variable.Value);
        }

        return variables.ToImmutable();
    }
}
