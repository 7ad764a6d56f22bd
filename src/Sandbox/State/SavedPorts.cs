using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.State;

/// <summary>The TCP ports that a sandbox is bound to, for the commands that join it.</summary>
/// <param name="Bind">Those that it may listen at.</param>
/// <param name="Connect">Those that it may reach.</param>
internal sealed record SavedPorts(ImmutableArray<ushort> Bind, ImmutableArray<ushort> Connect)
{
    /// <summary>Adds them as a member of an object.</summary>
    public static JsonText Add(JsonText json, string name, SavedPorts? ports)
    {
        if (ports is null)
        {
            return json.Raw(name, "null");
        }

        json.Begin('{', name);
        Add(json, nameof(Bind), ports.Bind);
        Add(json, nameof(Connect), ports.Connect);
        return json.End('}');
    }

    public static SavedPorts? Read(JsonPlace? json) => json is null ? null : new SavedPorts(Read(json, nameof(Bind)), Read(json, nameof(Connect)));

    private static void Add(JsonText json, string name, ImmutableArray<ushort> ports)
    {
        json.Begin('[', name);
        foreach (ushort port in ports)
        {
            json.Add(null, port);
        }

        json.End(']');
    }

    private static ImmutableArray<ushort> Read(JsonPlace json, string name)
    {
        ImmutableArray<ushort>.Builder ports = ImmutableArray.CreateBuilder<ushort>();
        foreach (JsonPlace port in json.Items(name))
        {
            ports.Add((ushort)port.Number(ushort.MaxValue));
        }

        return ports.ToImmutable();
    }
}
