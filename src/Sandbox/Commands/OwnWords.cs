using Sandbox.Launch;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What this process was called with, where the runtime's decoding of it lost something.</summary>
internal static class OwnWords
{
    /// <summary>What the runtime puts where bytes are no UTF-8.</summary>
    private const char Replacement = '\uFFFD';

    /// <summary>The program's name and its words, as <see cref="ByteText"/>.</summary>
    public static string[] All => Restore(Environment.GetCommandLineArgs());

    /// <summary>The last of this process's words, as <see cref="ByteText"/>: those that the runtime has read already.</summary>
    public static string[] Restore(string[] words)
    {
        if (!Array.Exists(words, static word => word.Contains(Replacement, StringComparison.Ordinal)))
        {
            return words;
        }

        List<string> own = Split(OwnProcess.Arguments);
        return own.Count < words.Length ? words : [.. own[^words.Length..]];
    }

    /// <summary>A variable of this process's, as <see cref="ByteText"/>; null where it is not set.</summary>
    public static string? Variable(string name)
    {
        string? value = Environment.GetEnvironmentVariable(name);
        return value is null || !value.Contains(Replacement, StringComparison.Ordinal)
            ? value
            : Split(OwnProcess.Environment).Find(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
    }

    private static List<string> Split(ReadOnlySpan<byte> texts)
    {
        List<string> split = [];
        while (!texts.IsEmpty)
        {
            int end = texts.IndexOf((byte)0) is >= 0 and int found ? found : texts.Length;
            split.Add(ByteText.Decode(texts[..end]));
            texts = texts[Math.Min(end + 1, texts.Length)..];
        }

        return split;
    }
}
