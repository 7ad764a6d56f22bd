using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Sandbox.Syscalls;

/// <summary>
/// Text that came as bytes and has to go on as the same bytes, whether they are UTF-8 or not: an argument may be the name of
/// any file. A byte that is part of no character is the low half of a surrogate pair that has no high half, U+DC80 to U+DCFF,
/// which no UTF-8 decodes to.
/// </summary>
internal static class ByteText
{
    private const char First = '\uDC00';

    /// <summary>The text of bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            bool isCharacter = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done;
            if (isCharacter)
            {
                text.Append(rune);
            }
            else
            {
                foreach (byte stray in bytes[..length])
                {
                    text.Append((char)(First + stray));
                }
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>Writes the bytes of a text and returns how many they are; never more than UTF-8 would take for it.</summary>
    public static int Encode(string text, Span<byte> bytes)
    {
        // Nearly always it is text, and that is all.
        if (Utf8.FromUtf16(text, bytes, out _, out int written, replaceInvalidSequences: false) == OperationStatus.Done)
        {
            return written;
        }

        written = 0;
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int length) == OperationStatus.InvalidData && rest[0] is >= First and <= (char)(First + byte.MaxValue))
            {
                bytes[written++] = (byte)(rest[0] - First);
            }
            else
            {
                written += rune.EncodeToUtf8(bytes[written..]);
            }

            rest = rest[length..];
        }

        return written;
    }

    /// <summary>A copy of the bytes with a NUL behind them, in native memory that is the caller's.</summary>
    public static unsafe nint Copy(string text)
    {
        int most = Encoding.UTF8.GetByteCount(text);
        byte* copy = (byte*)NativeMemory.AllocZeroed((nuint)most + 1);
        Encode(text, new Span<byte>(copy, most));
        return (nint)copy;
    }
}
