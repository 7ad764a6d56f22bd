using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>
/// Reads "linux.resources". What only cgroup v1 had is refused by its name, unless what is asked for is what v2 does
/// anyway.
/// </summary>
internal static class ResourcesReader
{
    private const string OnlyInV1 = "cgroup v2 has no such limit";

    public static ResourcesSpec Read(JsonPlace resources)
    {
        foreach ((_, JsonPlace device) in resources.Members("rdma"))
        {
            throw device.Wrong("the rdma controller is not supported");
        }

        RefuseNetwork(resources.Member("network"));
        return new ResourcesSpec
        {
            Memory = resources.Member("memory") is { } memory ? Memory(memory) : null,
            Cpu = resources.Member("cpu") is { } cpu ? Cpu(cpu) : null,
            PidsLimit = resources.Member("pids")?.Member("limit")?.Integer(),
            BlockIo = resources.Member("blockIO") is { } block ? Block(block) : null,
            HugepageLimits = HugePages(resources),
            Devices = Devices(resources),
            Unified = Unified(resources),
        };
    }

    private static ImmutableArray<DeviceRuleSpec> Devices(JsonPlace resources)
    {
        ImmutableArray<DeviceRuleSpec>.Builder rules = ImmutableArray.CreateBuilder<DeviceRuleSpec>();
        foreach (JsonPlace rule in resources.Items("devices"))
        {
            char type = ConfigReader.Filled(rule, "type") is null ? 'a' : DeviceReader.Type(rule.Required("type"), "acb");
            DeviceKind kind = type switch { 'c' => DeviceKind.Character, 'b' => DeviceKind.Block, _ => DeviceKind.All };
            rules.Add(new DeviceRuleSpec(
                rule.Required("allow").Boolean(), kind, Any(rule.Member("major"), DeviceReader.Major), Any(rule.Member("minor"), DeviceReader.Minor), Access(rule)));
        }

        return rules.ToImmutable();
    }

    private static DeviceAccess Access(JsonPlace rule)
    {
        if (ConfigReader.Filled(rule, "access") is not { } rights)
        {
            return DeviceAccess.All;
        }

        DeviceAccess access = DeviceAccess.None;
        foreach (char right in rights)
        {
            access |= right switch
            {
                'r' => DeviceAccess.Read,
                'w' => DeviceAccess.Write,
                'm' => DeviceAccess.Make,
                _ => throw rule.Required("access").Wrong($"'{rights}' is more than r, w and m"),
            };
        }

        return access;
    }

    /// <summary>-1 stands for any number, as does none.</summary>
    private static uint? Any(JsonPlace? number, Func<JsonPlace, uint> read) => number is null || number.Integer() == -1 ? null : read(number);

    private static MemorySpec Memory(JsonPlace memory)
    {
        RefuseLimit(memory, "kernel");
        RefuseLimit(memory, "kernelTCP");
        LinuxReader.Refuse(memory, "swappiness", OnlyInV1);
        if (memory.IsTrue("disableOOMKiller"))
        {
            throw memory.Required("disableOOMKiller").Wrong("in cgroup v2 it cannot be disabled");
        }

        return new MemorySpec
        {
            Limit = memory.Member("limit")?.Integer(-1),
            Reservation = memory.Member("reservation")?.Integer(-1),
            Swap = memory.Member("swap")?.Integer(-1),
            CheckBeforeUpdate = memory.IsTrue("checkBeforeUpdate"),
        };
    }

    /// <summary>-1 is no limit, and 0 is what Go writes for nothing.</summary>
    private static void RefuseLimit(JsonPlace memory, string member)
    {
        if (memory.Member(member) is { } limit && limit.Integer(-1) > 0)
        {
            throw limit.Wrong(OnlyInV1);
        }
    }

    private static CpuSpec Cpu(JsonPlace cpu)
    {
        foreach (string member in (ReadOnlySpan<string>)["realtimeRuntime", "realtimePeriod"])
        {
            if (cpu.Member(member) is { } realtime && realtime.Integer() != 0)
            {
                throw realtime.Wrong(OnlyInV1);
            }
        }

        return new CpuSpec
        {
            Shares = cpu.Member("shares")?.Number(),
            Quota = cpu.Member("quota")?.Integer(),
            Burst = cpu.Member("burst")?.Number(),
            Period = cpu.Member("period")?.Number(),
            Cpus = Numbers(cpu, "cpus"),
            Mems = Numbers(cpu, "mems"),
            Idle = cpu.Member("idle")?.Integer(0, 1),
        };
    }

    private static string? Numbers(JsonPlace cpu, string member)
    {
        string? list = ConfigReader.Filled(cpu, member);
        return list is null || NumberList.Read(list) is not null ? list : throw cpu.Required(member).Wrong($"'{list}' is no list like 0-3,7");
    }

    private static BlockIoSpec Block(JsonPlace block)
    {
        LinuxReader.Refuse(block, "leafWeight", OnlyInV1);
        return new BlockIoSpec
        {
            Weight = block.Member("weight") is { } weight ? (ushort)Weight(weight) : null,
            WeightDevice = Rates(block, "weightDevice", "weight", Weight),
            ThrottleReadBps = Rates(block, "throttleReadBpsDevice", "rate", Rate),
            ThrottleWriteBps = Rates(block, "throttleWriteBpsDevice", "rate", Rate),
            ThrottleReadIops = Rates(block, "throttleReadIOPSDevice", "rate", Rate),
            ThrottleWriteIops = Rates(block, "throttleWriteIOPSDevice", "rate", Rate),
        };
    }

    private static ulong Rate(JsonPlace rate) => rate.Number();

    /// <summary>In the measure of cgroup v1, as the specification has it; 0 is what Go writes for nothing.</summary>
    private static ulong Weight(JsonPlace weight)
    {
        const ulong least = 10, most = 1000;
        return weight.Number() is var number and (0 or (>= least and <= most)) ? number : throw weight.Wrong($"it must be from {least} to {most}");
    }

    private static ImmutableArray<DeviceRateSpec> Rates(JsonPlace block, string list, string member, Func<JsonPlace, ulong> read)
    {
        ImmutableArray<DeviceRateSpec>.Builder rates = ImmutableArray.CreateBuilder<DeviceRateSpec>();
        foreach (JsonPlace device in block.Items(list))
        {
            LinuxReader.Refuse(device, "leafWeight", OnlyInV1);
            rates.Add(new DeviceRateSpec(
                DeviceReader.Major(device.Required("major")), DeviceReader.Minor(device.Required("minor")), read(device.Required(member))));
        }

        return rates.ToImmutable();
    }

    private static ImmutableArray<HugepageLimitSpec> HugePages(JsonPlace resources)
    {
        ImmutableArray<HugepageLimitSpec>.Builder limits = ImmutableArray.CreateBuilder<HugepageLimitSpec>();
        foreach (JsonPlace limit in resources.Items("hugepageLimits"))
        {
            limits.Add(new HugepageLimitSpec(limit.Required("pageSize").Text(), limit.Required("limit").Number()));
        }

        return limits.ToImmutable();
    }

    private static ImmutableArray<UnifiedSpec> Unified(JsonPlace resources)
    {
        ImmutableArray<UnifiedSpec>.Builder files = ImmutableArray.CreateBuilder<UnifiedSpec>();
        foreach ((string file, JsonPlace value) in resources.Members("unified"))
        {
            files.Add(file.Length > 0 && !file.Contains('/', StringComparison.Ordinal) ? new UnifiedSpec(file, value.Text()) : throw value.Wrong("its name is no file of a cgroup"));
        }

        return files.ToImmutable();
    }

    private static void RefuseNetwork(JsonPlace? network)
    {
        if (network?.Member("classID") is { } id && id.Number(uint.MaxValue) != 0)
        {
            throw id.Wrong("cgroup v2 has no classes of network traffic");
        }

        if (network?.Items("priorities") is [{ } priority, ..])
        {
            throw priority.Wrong("cgroup v2 has no priorities of network traffic");
        }
    }
}
