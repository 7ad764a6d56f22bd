namespace Sandbox.CommandLine;

/// <summary>The rows of limits, for every verb that sets some.</summary>
internal static class ResourceRows
{
    public const string Title = "Limits (cgroup v2)";

    public static OptionGroup Of<TOptions>()
        where TOptions : Invocation, ILimited<TOptions> => new(Title, () =>
        [
            Row<TOptions, ulong>("memory", 'm', "SIZE", "Memory, caches included; who needs more is killed.", ResourceWords.Memory, (r, v) => r with { Memory = v }),
            Row<TOptions, long>("memory-swap", '\0', "SIZE|-1", "Memory and swap together; -1 for as much swap as there is. Without it --memory means no swap.",
                ResourceWords.SizeOrNone, (r, v) => r with { MemorySwap = v }),
            Row<TOptions, ulong>("memory-reservation", '\0', "SIZE", "What it keeps when the machine runs short of memory.",
                Sizes.Read, (r, v) => r with { MemoryReservation = v }),
            Option<TOptions>.Flag("oom-group", '\0', "Kill the whole sandbox when memory runs out, not one process of it.",
                (o, v) => o.Limit(o.Resources with { OomGroup = v })),
            Row<TOptions, ulong>("cpus", '\0', "NUMBER", "Processor time, in processors: 0.5 is half of one.", ResourceWords.Cpus, (r, v) => r with { Cpus = v }),
            Row<TOptions, ulong>("cpu-weight", '\0', "1-10000", "Share of processor time where there is not enough; 100 is everybody's.",
                ResourceWords.Weight, (r, v) => r with { CpuWeight = v }),
            Row<TOptions, string>("cpuset-cpus", '\0', "LIST", "Processors that it may run on, like 0-2,7.", ResourceWords.NumberList, (r, v) => r with { CpusetCpus = v }),
            Row<TOptions, string>("cpuset-mems", '\0', "LIST", "Memory nodes that it may use.", ResourceWords.NumberList, (r, v) => r with { CpusetMems = v }),
            Row<TOptions, long>("pids-limit", '\0', "NUMBER|-1", "Processes and threads; -1 for no limit.", ResourceWords.Pids, (r, v) => r with { PidsLimit = v }),
            Row<TOptions, ulong>("io-weight", '\0', "1-10000", "Share of disk time where there is not enough; 100 is everybody's.",
                ResourceWords.Weight, (r, v) => r with { IoWeight = v }),
            Rate<TOptions>("device-read-bps", "PATH:SIZE", "Bytes a second read from a disk.", DeviceRateKind.ReadBytes, ResourceWords.BytesASecond),
            Rate<TOptions>("device-write-bps", "PATH:SIZE", "Bytes a second written to a disk.", DeviceRateKind.WrittenBytes, ResourceWords.BytesASecond),
            Rate<TOptions>("device-read-iops", "PATH:NUMBER", "Reads a second from a disk.", DeviceRateKind.Reads, ResourceWords.OperationsASecond),
            Rate<TOptions>("device-write-iops", "PATH:NUMBER", "Writes a second to a disk.", DeviceRateKind.Writes, ResourceWords.OperationsASecond),
            Row<TOptions, HugepageOption>("hugetlb", '\0', "SIZE=LIMIT", "Huge pages of one size, like 2MB=64m.",
                ResourceWords.HugePages, (r, v) => r with { HugePages = r.HugePages.Add(v) }),
            Row<TOptions, UnifiedOption>("unified", '\0', "FILE=VALUE", "Any other file of cgroup v2, like memory.high=100m.",
                ResourceWords.Unified, (r, v) => r with { Unified = r.Unified.Add(v) }),
        ]);

    private static Option<TOptions> Row<TOptions, TValue>(
        string name, char letter, string value, string summary, Func<string, Parsed<TValue>> read, Func<ResourceOptions, TValue, ResourceOptions> set)
        where TOptions : Invocation, ILimited<TOptions> => Option<TOptions>.Value(name, letter, value, summary, read, (o, v) => o.Limit(set(o.Resources, v)));

    private static Option<TOptions> Rate<TOptions>(
        string name, string value, string summary, DeviceRateKind kind, Func<DeviceRateKind, string, Parsed<DeviceRateOption>> read)
        where TOptions : Invocation, ILimited<TOptions> =>
        Row<TOptions, DeviceRateOption>(name, '\0', value, summary, word => read(kind, word), (r, v) => r with { DeviceRates = r.DeviceRates.Add(v) });
}
