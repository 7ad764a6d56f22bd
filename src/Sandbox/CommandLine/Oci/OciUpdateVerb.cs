using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.OciUpdateOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>update</c>.</summary>
internal static class OciUpdateVerb
{
    public static Verb Entry(OciGlobal global) => new Verb<OciUpdateOptions>
    {
        Name = "update",
        Topic = OciRows.Topic,
        Summary = "Change the limits of a container",
        Operand = new() { Usage = "ID" },
        Empty = new OciUpdateOptions { Operation = "update", Global = global },
        Options = static () =>
        [
            new("Limits", () =>
            [
                Row.Value("resources", 'r', "FILE", "The limits as the specification's linux.resources; '-' for standard input. The options after it hold over it.",
                    Words.NotEmpty, (o, v) => o with { Resources = v }, ValueKind.File),
                Row.Value("memory", '\0', "BYTES", "Memory; -1 for no limit, here and below.", ResourceWords.SizeOrNone, (o, v) => o with { Memory = v }),
                Row.Value("memory-swap", '\0', "BYTES", "Memory and swap together.", ResourceWords.SizeOrNone, (o, v) => o with { MemorySwap = v }),
                Row.Value("memory-reservation", '\0', "BYTES", "Memory that is left to it while others press.", ResourceWords.SizeOrNone, (o, v) => o with { MemoryReservation = v }),
                Row.Value("cpu-share", '\0', "N", "Weight of its processor time, 1024 being the usual.", OciWords.Number64, (o, v) => o with { CpuShares = v }),
                Row.Value("cpu-quota", '\0', "MICROSECONDS", "Processor time in each period.", OciWords.Limit, (o, v) => o with { CpuQuota = v }),
                Row.Value("cpu-period", '\0', "MICROSECONDS", "The length of a period.", OciWords.Number64, (o, v) => o with { CpuPeriod = v }),
                Row.Value("cpu-burst", '\0', "MICROSECONDS", "Time left over that a later period may use.", OciWords.Number64, (o, v) => o with { CpuBurst = v }),
                Row.Choice("cpu-idle", "0|1", ["0", "1"], "Whether it only gets what nobody else wants of the processors.", (o, place) => o with { CpuIdle = place }),
                Row.Value("cpuset-cpus", '\0', "LIST", "Processors, as 0-3,5.", Words.NotEmpty, (o, v) => o with { CpusetCpus = v }),
                Row.Value("cpuset-mems", '\0', "LIST", "Memory nodes.", Words.NotEmpty, (o, v) => o with { CpusetMems = v }),
                Row.Value("pids-limit", '\0', "N", "Processes and threads.", OciWords.Limit, (o, v) => o with { Pids = v }),
                Row.Value("blkio-weight", '\0', "WEIGHT", "Weight of its input and output, 10 to 1000.", OciWords.Weight, (o, v) => o with { BlockWeight = v }),
            ]),
            OciRows.Global<OciUpdateOptions>(),
        ],
        Finish = OciRows.TakeId,
    };
}
