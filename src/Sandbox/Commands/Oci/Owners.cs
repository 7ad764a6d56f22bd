using System.Globalization;
using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary>Who made a container: an id in its state, shown by the name that the machine has for it now.</summary>
internal static class Owners
{
    private const string Accounts = "/etc/passwd";

    public static string NameOf(string id) =>
        uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out uint uid) && HostFile.ReadIfThere(Accounts) is { } accounts && IdRanges.NameOf(accounts, uid) is { } name
            ? name
            : id;
}
