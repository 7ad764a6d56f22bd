using System.Text.Json.Nodes;
using Sandbox.Seccomp;

namespace Sandbox.Tests.Seccomp;

/// <summary>Profiles in Docker's form with rules at random: all actions, all comparisons, includes and excludes.</summary>
internal sealed class RandomProfiles(int seed)
{
    private static readonly string[] Actions =
        ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL", "SCMP_ACT_TRAP", "SCMP_ACT_TRACE", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY"];

    private static readonly string[] Equalities = ["SCMP_CMP_EQ", "SCMP_CMP_NE", "SCMP_CMP_MASKED_EQ"];

    private static readonly string[] LowerBounds = ["SCMP_CMP_GT", "SCMP_CMP_GE"];

    private static readonly string[] UpperBounds = ["SCMP_CMP_LT", "SCMP_CMP_LE"];

    private static readonly ulong[] Values =
        [0, 1, 2, 7, 38, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, 0x2_0000_0007, 0x8000_0000_0000_0000, ulong.MaxValue];

    private static readonly string[] Capabilities = ["CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_CHROOT"];

    private static readonly string[] Names = [.. ((Abi[])[Abi.X64, Abi.I386, Abi.X32])
        .SelectMany(abi => new SystemCallTable(abi).Names.Values).Distinct()
        .Where(name => name is not ("uretprobe" or "uprobe") && Multiplexer.Of(name) is null)];

    private readonly Random random = new(seed);

    public string Next(ProfileShape shape)
    {
        JsonArray syscalls = [];
        foreach (string[] names in random.GetItems(Names, shape.Calls).Distinct().Chunk(2))
        {
            string action = Pick(Actions);
            int? onlyArgument = shape.OneArgument ? random.Next(6) : null;
            bool hasUpperBound = random.Next(2) == 0;
            int count = 1 + random.Next(shape.RulesForOneCall);
            for (int i = 0; i < count; i++)
            {
                string[] comparisons = shape.OneArgument ? Beside(isFirst: i == 0, hasUpperBound) : [.. Equalities, .. LowerBounds, .. UpperBounds];
                bool isConditional = count > 1 || random.Next(2) == 0;
                syscalls.Add((JsonNode)Rule(
                    names, shape.OneAction ? action : Pick(Actions), isConditional ? [.. Arguments(onlyArgument, comparisons)] : null));
            }
        }

        JsonObject profile = new()
        {
            ["defaultAction"] = Pick(Actions[..^1]),
            ["archMap"] = new JsonArray(new JsonObject
            {
                ["architecture"] = "SCMP_ARCH_X86_64",
                ["subArchitectures"] = new JsonArray([.. Some(["SCMP_ARCH_X86", "SCMP_ARCH_X32"])]),
            }),
            ["syscalls"] = syscalls,
            ["listenerPath"] = "/run/listener",
        };
        return profile.ToJsonString();
    }

    /// <summary>
    /// Comparisons of one argument that libseccomp 2.5.4 gets right beside each other: with an upper bound beside anything
    /// but equalities it allows what no rule allows, and refuses what one does.
    /// </summary>
    private static string[] Beside(bool isFirst, bool hasUpperBound) =>
        !hasUpperBound ? [.. Equalities, .. LowerBounds] : isFirst ? UpperBounds : Equalities[..1];

    private JsonObject Rule(string[] names, string action, JsonArray? arguments)
    {
        JsonObject rule = new()
        {
            ["names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
            ["action"] = action,
            ["comment"] = "members that are not known are passed over",
            ["args"] = arguments,
        };
        if (action is "SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE")
        {
            // From the action's name alone: rules of one call must not differ in it by accident.
            rule["errnoRet"] = names[0].Length % 3 == 0 ? null : 100 + names[0].Length;
        }

        if (random.Next(4) == 0)
        {
            rule[Pick(["includes", "excludes"])] = new JsonObject
            {
                ["caps"] = new JsonArray([.. Some(Capabilities)]),
                ["arches"] = new JsonArray([.. Some(["amd64", "arm64"])]),
                ["minKernel"] = Pick(["4.8", "6.18", "6.19"]),
            };
        }

        return rule;
    }

    private IEnumerable<JsonNode> Arguments(int? onlyArgument, string[] comparisons)
    {
        int count = onlyArgument is null ? 1 + random.Next(3) : 1;
        foreach (int index in Enumerable.Range(0, 6).OrderBy(_ => random.Next()).Take(count))
        {
            yield return new JsonObject
            {
                ["index"] = onlyArgument ?? index,
                ["value"] = Value(),
                ["valueTwo"] = Value(),
                ["op"] = Pick(comparisons),
            };
        }
    }

    private ulong Value() => random.Next(3) == 0 ? (ulong)random.NextInt64() : Pick(Values);

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    private IEnumerable<JsonNode> Some(string[] from) => from.Where(_ => random.Next(2) == 0).Select(item => (JsonNode)JsonValue.Create(item));
}

/// <summary>What random profiles are to be like.</summary>
/// <param name="Calls">About how many calls have rules.</param>
/// <param name="RulesForOneCall">At most how many rules a call has.</param>
/// <param name="OneArgument">The rules of one call look at one argument only, and the same.</param>
/// <param name="OneAction">The rules of one call have the same action.</param>
internal sealed record ProfileShape(int Calls, int RulesForOneCall = 1, bool OneArgument = false, bool OneAction = true);
