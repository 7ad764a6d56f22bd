using System.Collections.Immutable;
using System.Globalization;
using Sandbox.Spec;

namespace Sandbox.Cgroups;

/// <summary>
/// Limits as properties of the scope around a sandbox; pure. systemd shows them then, keeps them when it reads its units
/// again, and weighs the scope beside its neighbours: what is set for a directory in it alone has no neighbour.
/// </summary>
internal static class ScopeProperties
{
    private const ulong None = ulong.MaxValue, Second = 1_000_000, Percent = Second / 100;

    private const string DefaultPeriod = "100000";

    /// <param name="shared">Whether somebody of ours is in the scope beside the sandbox, and would be counted: then the limits are on the sandbox's directory alone.</param>
    public static ImmutableArray<ScopeProperty> Of(ImmutableArray<CgroupSetting> settings, bool shared)
    {
        ImmutableArray<ScopeProperty>.Builder properties = ImmutableArray.CreateBuilder<ScopeProperty>();
        foreach (CgroupSetting setting in settings)
        {
            AddWeight(properties, setting.Otherwise ?? setting);
            if (!shared)
            {
                AddLimit(properties, setting);
            }
        }

        return properties.ToImmutable();
    }

    /// <summary>What systemd has no property for, and what has no effect below a scope that does not have it, too.</summary>
    public static ImmutableArray<CgroupSetting> Others(ImmutableArray<CgroupSetting> settings, bool shared)
    {
        ImmutableArray<CgroupSetting>.Builder others = ImmutableArray.CreateBuilder<CgroupSetting>();
        foreach (CgroupSetting setting in settings)
        {
            bool isOther = setting.File switch
            {
                "cpu.max.burst" => !shared,
                "cpu.idle" => true,
                "io.bfq.weight" or "io.weight" => setting.Value.Contains(':', StringComparison.Ordinal),
                _ => false,
            };
            if (isOther)
            {
                others.Add(setting);
            }
        }

        return others.ToImmutable();
    }

    /// <summary>What is kept for it, or what part it gets beside others.</summary>
    private static void AddWeight(ImmutableArray<ScopeProperty>.Builder properties, CgroupSetting setting)
    {
        switch (setting.File)
        {
            case "memory.low":
                AddBytes(properties, "MemoryLow", setting.Value);
                break;
            case "memory.min":
                AddBytes(properties, "MemoryMin", setting.Value);
                break;
            case "cpu.weight":
                AddNumber(properties, "CPUWeight", setting.Value);
                break;
            case "io.weight":
                const string usual = "default ";
                AddNumber(properties, "IOWeight", setting.Value.StartsWith(usual, StringComparison.Ordinal) ? setting.Value[usual.Length..] : setting.Value);
                break;
            case "cpuset.cpus":
                AddMask(properties, "AllowedCPUs", setting.Value);
                break;
            case "cpuset.mems":
                AddMask(properties, "AllowedMemoryNodes", setting.Value);
                break;
            default:
                break;
        }
    }

    private static void AddLimit(ImmutableArray<ScopeProperty>.Builder properties, CgroupSetting setting)
    {
        switch (setting.File)
        {
            case "memory.max":
                AddBytes(properties, "MemoryMax", setting.Value);
                break;
            case "memory.high":
                AddBytes(properties, "MemoryHigh", setting.Value);
                break;
            case "memory.swap.max":
                AddBytes(properties, "MemorySwapMax", setting.Value);
                break;
            case "pids.max":
                AddBytes(properties, "TasksMax", setting.Value);
                break;
            case "cpu.max":
                AddQuota(properties, setting.Value);
                break;
            default:
                break;
        }
    }

    /// <summary>What the kernel reads as no plain number is left to the directory in the scope.</summary>
    private static void AddNumber(ImmutableArray<ScopeProperty>.Builder properties, string name, string value)
    {
        if (Number(value) is { } number)
        {
            properties.Add(new ScopeProperty(name, number));
        }
    }

    /// <summary>The same where "max" is a value, and a letter behind the number multiplies it (memparse of the kernel's).</summary>
    private static void AddBytes(ImmutableArray<ScopeProperty>.Builder properties, string name, string value)
    {
        int shift = value is [.., { } unit] ? 10 * ("kmgtpe".IndexOf(char.ToLowerInvariant(unit), StringComparison.Ordinal) + 1) : 0;
        if (value == "max")
        {
            properties.Add(new ScopeProperty(name, None));
        }
        else if (Number(shift > 0 ? value[..^1] : value) is { } number && number <= None >> shift)
        {
            properties.Add(new ScopeProperty(name, number << shift));
        }
    }

    /// <summary>systemd keeps whole percents of a second: more than was asked for, so that the directory in the scope decides.</summary>
    private static void AddQuota(ImmutableArray<ScopeProperty>.Builder properties, string value)
    {
        string[] parts = value.Split(' ');
        if (Number(parts.Length > 1 ? parts[1] : DefaultPeriod) is not (> 0 and { } period))
        {
            return;
        }

        if (parts[0] == "max")
        {
            properties.Add(new ScopeProperty("CPUQuotaPerSecUSec", None));
        }
        else if (Number(parts[0]) is { } quota && quota <= None / Second)
        {
            ulong share = quota * Second / period;
            properties.Add(new ScopeProperty("CPUQuotaPerSecUSec", (share + Percent - 1) / Percent * Percent));
        }
        else
        {
            return;
        }

        properties.Add(new ScopeProperty("CPUQuotaPeriodUSec", period));
    }

    private static void AddMask(ImmutableArray<ScopeProperty>.Builder properties, string name, string list)
    {
        if (NumberList.Read(list) is not { IsEmpty: false } numbers)
        {
            return;
        }

        byte[] mask = new byte[(numbers[^1] / 8) + 1];
        foreach (int number in numbers)
        {
            mask[number / 8] |= (byte)(1 << (number % 8));
        }

        properties.Add(new ScopeProperty(name, 0, ImmutableArray.Create(mask)));
    }

    private static ulong? Number(string value) => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
}
