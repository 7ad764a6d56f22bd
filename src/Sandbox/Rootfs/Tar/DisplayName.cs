using System.Globalization;
using System.Text;

namespace Sandbox.Rootfs;

/// <summary>
/// Untrusted bytes as text for one line of a message: what is not plain printable UTF-8 is escaped, so that a name can
/// neither forge a line nor drive a terminal.
/// </summary>
internal static class DisplayName
{
    private const int MaxLength = 200;

    public static string Of(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new("'");
        while (!name.IsEmpty && text.Length < MaxLength)
        {
            bool valid = Rune.DecodeFromUtf8(name, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (valid && IsPlain(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte value in name[..length])
                {
                    text.Append("\\x").Append(value.ToString("x2", CultureInfo.InvariantCulture));
                }
            }

            name = name[length..];
        }

        return text.Append(name.IsEmpty ? "'" : "'...").ToString();
    }

    private static bool IsPlain(Rune rune) => rune.Value is not ('\'' or '\\') && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
