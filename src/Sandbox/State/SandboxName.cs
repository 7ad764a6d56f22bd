using System.Globalization;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>Names and ids of sandboxes: a name is also that of a directory, and never begins with a dot.</summary>
internal static class SandboxName
{
    public const string Allowed = "allowed are letters, digits, '_', '.' and '-', at most 64 and a letter or digit first";

    private const int Longest = 64;

    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > Longest || !char.IsAsciiLetterOrDigit(name[0]))
        {
            return false;
        }

        foreach (char character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '.' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sixteen digits that no other sandbox has.</summary>
    public static string NewId() => Libc.GetRandom().ToString("x16", CultureInfo.InvariantCulture);
}
