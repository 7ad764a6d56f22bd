using System.Collections.Immutable;
using Sandbox.Spec;

namespace Sandbox.Cgroups;

/// <summary>Limits on block devices: io.max and the weight.</summary>
internal static class IoSettings
{
    private const uint LeastV1 = 10, MostV1 = 1000, MostWeight = 10_000;

    public static void Add(ImmutableArray<CgroupSetting>.Builder settings, BlockIoSpec? io)
    {
        if (io is null)
        {
            return;
        }

        if (io.Weight is > 0 and { } weight)
        {
            settings.Add(WeightOf("", weight));
        }

        foreach (DeviceRateSpec device in io.WeightDevice)
        {
            if (device.Rate > 0)
            {
                settings.Add(WeightOf($"{device.Major}:{device.Minor} ", checked((uint)device.Rate)));
            }
        }

        AddRates(settings, io.ThrottleReadBps, "rbps");
        AddRates(settings, io.ThrottleWriteBps, "wbps");
        AddRates(settings, io.ThrottleReadIops, "riops");
        AddRates(settings, io.ThrottleWriteIops, "wiops");
    }

    /// <summary>BFQ weighs where it schedules, in v1's measure; elsewhere the kernel's cost model does, in 1 to 10000.</summary>
    private static CgroupSetting WeightOf(string device, uint weight) => new("io.bfq.weight", $"{device}{weight}")
    {
        Otherwise = new CgroupSetting("io.weight", $"{device}{FromV1(weight)}"),
    };

    private static uint FromV1(uint weight) => 1 + (((weight - LeastV1) * (MostWeight - 1)) / (MostV1 - LeastV1));

    private static void AddRates(ImmutableArray<CgroupSetting>.Builder settings, ImmutableArray<DeviceRateSpec> devices, string key)
    {
        foreach (DeviceRateSpec device in devices)
        {
            settings.Add(new CgroupSetting("io.max", $"{device.Major}:{device.Minor} {key}={(device.Rate == 0 ? "max" : device.Rate)}"));
        }
    }
}
