using System.Collections.Immutable;
using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>The limits of a command line in the terms of the runtime specification.</summary>
internal static class RunResources
{
    /// <summary>Microseconds: the kernel's own period, in which a thousandth of a processor is a hundred of them.</summary>
    private const ulong Period = 100_000, QuotaOfThousandth = Period / 1000;

    /// <param name="device">The numbers of a block device by its path.</param>
    public static ResourcesSpec Of(ResourceOptions options, Func<string, DeviceFacts> device)
    {
        if (options == ResourceOptions.None)
        {
            return ResourcesSpec.None;
        }

        return new ResourcesSpec
        {
            Memory = Memory(options),
            Cpu = Cpu(options),
            PidsLimit = options.PidsLimit,
            BlockIo = options.DeviceRates.IsEmpty ? null : BlockIo(options, device),
            HugepageLimits = HugePages(options),
            Unified = Unified(options),
        };
    }

    private static MemorySpec? Memory(ResourceOptions options) => options is { Memory: null, MemorySwap: null, MemoryReservation: null }
        ? null
        : new MemorySpec
        {
            Limit = (long?)options.Memory,
            Reservation = (long?)options.MemoryReservation,

            // Who says how much memory means that much: swap beside it would let a sandbox crowd the machine's.
            Swap = options.MemorySwap ?? (long?)options.Memory,
        };

    private static CpuSpec? Cpu(ResourceOptions options) => options is { Cpus: null, CpusetCpus: null, CpusetMems: null }
        ? null
        : new CpuSpec
        {
            Quota = (long?)(options.Cpus * QuotaOfThousandth),
            Period = options.Cpus is null ? null : Period,
            Cpus = options.CpusetCpus,
            Mems = options.CpusetMems,
        };

    private static BlockIoSpec BlockIo(ResourceOptions options, Func<string, DeviceFacts> device)
    {
        ImmutableArray<DeviceRateSpec> Rates(DeviceRateKind kind)
        {
            ImmutableArray<DeviceRateSpec>.Builder rates = ImmutableArray.CreateBuilder<DeviceRateSpec>();
            foreach (DeviceRateOption option in options.DeviceRates)
            {
                if (option.Kind == kind)
                {
                    DeviceFacts disk = device(option.Path);
                    rates.Add(new DeviceRateSpec(disk.Major, disk.Minor, option.Rate));
                }
            }

            return rates.ToImmutable();
        }

        return new BlockIoSpec
        {
            ThrottleReadBps = Rates(DeviceRateKind.ReadBytes),
            ThrottleWriteBps = Rates(DeviceRateKind.WrittenBytes),
            ThrottleReadIops = Rates(DeviceRateKind.Reads),
            ThrottleWriteIops = Rates(DeviceRateKind.Writes),
        };
    }

    private static ImmutableArray<HugepageLimitSpec> HugePages(ResourceOptions options)
    {
        ImmutableArray<HugepageLimitSpec>.Builder limits = ImmutableArray.CreateBuilder<HugepageLimitSpec>();
        foreach (HugepageOption option in options.HugePages)
        {
            limits.Add(new HugepageLimitSpec(option.PageSize, option.Limit));
        }

        return limits.ToImmutable();
    }

    /// <summary>What has no word in the specification is the name of cgroup v2's own file.</summary>
    private static ImmutableArray<UnifiedSpec> Unified(ResourceOptions options)
    {
        ImmutableArray<UnifiedSpec>.Builder files = ImmutableArray.CreateBuilder<UnifiedSpec>();
        if (options.CpuWeight is { } cpu)
        {
            files.Add(new UnifiedSpec("cpu.weight", $"{cpu}"));
        }

        if (options.IoWeight is { } io)
        {
            files.Add(new UnifiedSpec("io.weight", $"default {io}"));
        }

        if (options.OomGroup)
        {
            files.Add(new UnifiedSpec("memory.oom.group", "1"));
        }

        foreach (UnifiedOption option in options.Unified)
        {
            files.Add(new UnifiedSpec(option.File, option.Value));
        }

        return files.ToImmutable();
    }
}
