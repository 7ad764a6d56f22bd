namespace Sandbox.Child;

/// <summary>A look at the bare words of the command line, before there is a parser: whether they ask for an ordinary run.</summary>
internal static unsafe class PlainRun
{
    /// <summary>
    /// Whether the words are those of <c>run</c>, and none of them can be an option after which other namespaces are made,
    /// nothing is run, or the launcher stays behind in another process. To be wrong costs time and nothing else.
    /// </summary>
    public static bool Is(int count, byte** words)
    {
        if (count < 3 || IsRuntime(words[0]) || !Equal(words[1], "run"u8))
        {
            return false;
        }

        for (int index = 2; index < count && !Equal(words[index], "--"u8); index++)
        {
            byte* word = words[index];
            if (EndsWith(word, "host"u8) || Equal(word, "--dry-run"u8) || Equal(word, "--help"u8) || MayDetach(word))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether none of the words can be an option that gives the command more capabilities than the usual ones.</summary>
    public static bool IsBounded(int count, byte** words)
    {
        for (int index = 2; index < count && !Equal(words[index], "--"u8); index++)
        {
            if (StartsWith(words[index], "--cap-add"u8) || StartsWith(words[index], "--boot"u8))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the executable was called as the OCI runtime, whose run is another.</summary>
    public static bool IsRuntime(byte* program) => EndsWith(program, "sandbox-oci"u8);

    private static bool MayDetach(byte* word) => word[0] == '-' && (Equal(word, "--detach"u8) || (word[1] != '-' && EndsWith(word, "d"u8)));

    public static bool Equal(byte* word, ReadOnlySpan<byte> text) => LengthOf(word) == text.Length && EndsWith(word, text);

    private static bool StartsWith(byte* word, ReadOnlySpan<byte> text)
    {
        fixed (byte* wanted = text)
        {
            int index = 0;
            while (index < text.Length && word[index] == wanted[index])
            {
                index++;
            }

            return index == text.Length;
        }
    }

    private static bool EndsWith(byte* word, ReadOnlySpan<byte> text)
    {
        int from = LengthOf(word) - text.Length;
        fixed (byte* wanted = text)
        {
            for (int index = 0; index < text.Length; index++)
            {
                if (from < 0 || word[from + index] != wanted[index])
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static int LengthOf(byte* word)
    {
        int length = 0;
        while (word[length] != 0)
        {
            length++;
        }

        return length;
    }
}
