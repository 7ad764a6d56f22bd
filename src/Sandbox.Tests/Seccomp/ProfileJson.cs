using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Seccomp;

namespace Sandbox.Tests.Seccomp;

/// <summary>Writes a profile in Docker's form; refusals, which that form cannot say, are left out.</summary>
internal static class ProfileJson
{
    public static string Write(SeccompProfile profile)
    {
        JsonObject root = new()
        {
            ["defaultAction"] = ProfileWords.NameOf(profile.DefaultAction.Kind),
            ["archMap"] = new JsonArray(new JsonObject
            {
                ["architecture"] = "SCMP_ARCH_X86_64",
                ["subArchitectures"] = new JsonArray([.. profile.Architectures
                    .Where(abi => abi is Abi.I386 or Abi.X32).Select(abi => JsonValue.Create(abi.ProfileName()))]),
            }),
            ["syscalls"] = new JsonArray([.. profile.Rules.Select(Rule)]),
        };
        AddErrno(root, "defaultErrnoRet", profile.DefaultAction);
        return root.ToJsonString();
    }

    private static JsonObject Rule(ProfileRule rule)
    {
        JsonObject json = new()
        {
            ["names"] = new JsonArray([.. rule.Names.Select(name => JsonValue.Create(name))]),
            ["action"] = ProfileWords.NameOf(rule.Action.Kind),
            ["args"] = new JsonArray([.. rule.Conditions.Select(Condition)]),
            ["includes"] = Filter(rule.Includes),
            ["excludes"] = Filter(rule.Excludes),
        };
        AddErrno(json, "errnoRet", rule.Action);
        return json;
    }

    private static JsonObject Condition(ArgumentCondition condition)
    {
        bool masked = condition.Comparison == Comparison.MaskedEqual;
        return new JsonObject
        {
            ["index"] = condition.Index,
            ["value"] = masked ? condition.Mask : condition.Value,
            ["valueTwo"] = masked ? condition.Value : 0,
            ["op"] = ProfileWords.NameOf(condition.Comparison),
        };
    }

    private static JsonObject Filter(ProfileFilter filter)
    {
        JsonObject json = new()
        {
            ["caps"] = new JsonArray([.. filter.Capabilities.Select(capability => JsonValue.Create(capability.ToString()))]),
            ["arches"] = new JsonArray([.. filter.Architectures.Select(name => JsonValue.Create(name))]),
        };
        if (filter.MinimumKernel is { } kernel)
        {
            json["minKernel"] = kernel.ToString();
        }

        return json;
    }

    private static void AddErrno(JsonObject json, string member, SeccompAction action)
    {
        if (action.Data != 0)
        {
            json[member] = (int)action.Data;
        }
    }
}
