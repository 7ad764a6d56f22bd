using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Spec;

namespace Sandbox.Tests.Spec.Config;

/// <summary>A config.json that says as little as it may, and what is changed in it.</summary>
internal static class ConfigScene
{
    public const string Least =
        """
        {
          "ociVersion": "1.3.0",
          "root": {"path": "rootfs"},
          "process": {"cwd": "/", "args": ["sh"]},
          "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}, {"type": "uts"}]}
        }
        """;

    /// <summary>The least one with a value put at a place ("process.rlimits"), or, where it is null, taken away.</summary>
    public static RuntimeSpec Read(string place, string? value) => Read((place, value));

    public static RuntimeSpec Read(params (string Place, string? Value)[] changes) =>
        ConfigReader.Read(Encoding.UTF8.GetBytes(Change(Least, changes)), "/bundle");

    /// <summary>A document with values put at places.</summary>
    public static string Change(string json, params (string Place, string? Value)[] changes)
    {
        JsonNode root = JsonNode.Parse(json)!;
        foreach ((string place, string? value) in changes)
        {
            Change(root, place, value);
        }

        return root.ToJsonString();
    }

    private static void Change(JsonNode root, string place, string? value)
    {
        string[] names = place.Split('.');
        JsonNode node = root;
        foreach (string name in names[..^1])
        {
            node = node[name] ??= new JsonObject();
        }

        if (value is null)
        {
            node.AsObject().Remove(names[^1]);
        }
        else
        {
            node[names[^1]] = JsonNode.Parse(value);
        }
    }
}
