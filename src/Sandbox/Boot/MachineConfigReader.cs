using System.Collections.Immutable;
using System.Globalization;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>Reads /etc/sandbox/machine.json.</summary>
internal static class MachineConfigReader
{
    private static ImmutableArray<string> Known => ["hostname", "modules", "sysctls", "addresses"];

    /// <param name="text">The file's.</param>
    /// <param name="tell">Told what cannot be used. The rest is: without its modules a machine could start not even its emergency unit.</param>
    public static MachineConfig Read(ReadOnlySpan<byte> text, Action<SandboxException> tell)
    {
        JsonPlace json = JsonPlace.Parse(text, "cannot use machine.json");
        foreach (SandboxException unknown in json.Unknown(Known))
        {
            tell(unknown);
        }

        return new MachineConfig
        {
            Hostname = Part(() => json.Text("hostname"), null, tell),
            Modules = Part(() => json.Texts("modules"), [], tell),
            Sysctls = Part(() => Pairs(json, "sysctls", static value => value.Text()), [], tell),
            Addresses = Part(() => Pairs(json, "addresses", ReadAddress), [], tell),
        };
    }

    private static T Part<T>(Func<T> read, T without, Action<SandboxException> tell)
    {
        try
        {
            return read();
        }
        catch (SandboxException wrong)
        {
            tell(wrong);
            return without;
        }
    }

    private static ImmutableArray<KeyValuePair<string, string>> Pairs(JsonPlace json, string member, Func<JsonPlace, string> read)
    {
        ImmutableArray<KeyValuePair<string, string>>.Builder pairs = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach ((string name, JsonPlace value) in json.Members(member))
        {
            pairs.Add(new(name, read(value)));
        }

        return pairs.ToImmutable();
    }

    private static string ReadAddress(JsonPlace value)
    {
        string text = value.Text();
        return TryParseAddress(text, out _, out _) ? text : throw value.Wrong("it must be an IPv4 address with its prefix, as 10.0.2.15/24");
    }

    /// <summary>The four bytes and the length of the prefix.</summary>
    public static bool TryParseAddress(string text, out byte[] address, out byte prefix)
    {
        const int bytesOfAddress = 4, longestPrefix = 32;
        string[] parts = text.Split('/');
        string[] numbers = parts[0].Split('.');
        address = new byte[bytesOfAddress];
        prefix = 0;
        if (parts.Length != 2 || numbers.Length != bytesOfAddress ||
            !byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > longestPrefix)
        {
            return false;
        }

        for (int i = 0; i < bytesOfAddress; i++)
        {
            if (!byte.TryParse(numbers[i], NumberStyles.None, CultureInfo.InvariantCulture, out address[i]))
            {
                return false;
            }
        }

        return true;
    }
}
