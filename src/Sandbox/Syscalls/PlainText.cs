using System.Globalization;
using System.Text;

namespace Sandbox.Syscalls;

/// <summary>
/// Text as a line on a terminal may show it. Names come from images and archives: one with a newline or an escape sequence
/// in it must not forge a line or steer the terminal, and one that turns the direction of writing must not show the rest
/// of its line in another order.
/// </summary>
internal static class PlainText
{
    public static string Of(string text)
    {
        StringBuilder? plain = null;
        for (int i = 0; i < text.Length; i++)
        {
            if (IsPlain(text[i]))
            {
                plain?.Append(text[i]);
            }
            else
            {
                plain ??= new StringBuilder(text, 0, i, text.Length + 8);
                plain.Append(Escape(text[i]));
            }
        }

        return plain?.ToString() ?? text;
    }

    /// <summary>Whether it is no control character, no mark of direction, and no end of a line of Unicode's own.</summary>
    public static bool IsPlain(char character) => character < 0x7F ? character >= ' ' : character > 0x9F && char.GetUnicodeCategory(character)
        is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    public static string Escape(char character) => character <= 0xFF ? $"\\x{(int)character:x2}" : $"\\u{(int)character:x4}";
}
