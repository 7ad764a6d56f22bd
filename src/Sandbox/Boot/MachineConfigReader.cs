using System.Collections.Immutable;
using System.Globalization;
using Sandbox.Json;

namespace Sandbox.Boot;

/// <summary>Reads /etc/sandbox/machine.json.</summary>
internal static class MachineConfigReader
{
    private static ImmutableArray<string> Known => ["hostname", "modules", "sysctls", "addresses"];

    public static MachineConfig Read(ReadOnlySpan<byte> text)
    {
        JsonPlace json = JsonPlace.Parse(text, "cannot use machine.json");
        string? unknown = UnitReader.FirstUnknown(json, Known);
        return unknown is not null
            ? throw json.Wrong($"'{unknown}' is not known; allowed are {string.Join(", ", Known)}")
            : new MachineConfig
            {
                Hostname = json.Text("hostname"),
                Modules = json.Texts("modules"),
                Sysctls = Pairs(json, "sysctls", static value => value.Text()),
                Addresses = Pairs(json, "addresses", ReadAddress),
            };
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
