using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>events</c>: what a container uses, in the form that containerd and docker read: once, or until it ends.</summary>
internal static unsafe class EventsOperation
{
    public static int Run(OciEventsOptions options, OciContext context)
    {
        using Container container = Container.Open(context.Root, options.Id);
        using SafeFileHandle process = container.OpenProcess()
            ?? throw new SandboxException($"cannot read what container {options.Id} uses", "container not running");
        using Cgroup? cgroup = ContainerCgroups.Open(container.State.Cgroup);
        do
        {
            Output.Print(Line(options.Id, cgroup is null ? new CgroupUsage() : CgroupStatistics.Read(cgroup)));
        }
        while (!options.Stats && !Libc.AwaitReadable(process, (int)options.Interval.TotalMilliseconds));
        return 0;
    }

    private static string Line(string id, CgroupUsage usage)
    {
        const ulong nanosecondsInMicrosecond = 1000;
        JsonText json = new JsonText(compact: true).Begin('{').Add("type", "stats").Add("id", id).Begin('{', "data");
        json.Begin('{', "cpu").Begin('{', "usage")
            .Add("total", Number((usage.CpuTime ?? 0) * nanosecondsInMicrosecond))
            .Add("user", Number((usage.CpuUserTime ?? 0) * nanosecondsInMicrosecond))
            .Add("kernel", Number((usage.CpuSystemTime ?? 0) * nanosecondsInMicrosecond)).End('}');
        json.Begin('{', "throttling").Add("throttledTime", Number((usage.CpuThrottledTime ?? 0) * nanosecondsInMicrosecond)).End('}').End('}');
        json.Begin('{', "memory").Begin('{', "usage")
            .Add("usage", Number(usage.Memory ?? 0)).Add("max", Number(usage.MemoryPeak ?? 0)).Add("failcnt", Number(usage.MemoryLimitHits ?? 0)).End('}');
        json.Begin('{', "swap").Add("usage", Number(usage.Swap ?? 0)).Add("max", Number(usage.SwapPeak ?? 0)).End('}').End('}');
        json.Begin('{', "pids").Add("current", Number(usage.Tasks ?? 0)).End('}');
        json.Begin('{', "blkio").Begin('[', "ioServiceBytesRecursive")
            .Begin('{').Add("op", "Read").Add("value", Number(usage.ReadBytes ?? 0)).End('}')
            .Begin('{').Add("op", "Write").Add("value", Number(usage.WrittenBytes ?? 0)).End('}').End(']').End('}');
        return json.End('}').End('}').ToString() + "\n";
    }

    private static long Number(ulong value) => (long)Math.Min(value, long.MaxValue);
}
