using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Json;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox stats</c>.</summary>
internal static class StatsCommand
{
    private const string ClearScreen = "\u001b[H\u001b[2J";

    public static int Run(StatsOptions options)
    {
        Sandboxes.LetSignalsEnd();
        using Registry registry = Sandboxes.Open(options);
        ImmutableArray<string> measured = [];
        int code = OneByOne.Do(options.Names, name =>
        {
            using SandboxEntry entry = Sandboxes.Find(registry, name);
            measured = entry.Phase is SandboxPhase.Running or SandboxPhase.Paused
                ? measured.Add(entry.Record.Id)
                : throw new SandboxException($"cannot measure sandbox {entry.Record.Name}", Sandboxes.Describe(entry));
        });
        if (measured.IsEmpty && !options.Names.IsEmpty)
        {
            return code;
        }

        options = options with { Names = measured };
        string clear = options is { Live: true, Json: false } && Libc.isatty(1) == 1 ? ClearScreen : "";
        Dictionary<string, ulong> before = [];
        long looked = Stopwatch.GetTimestamp();
        Look(registry, options, before, default);
        do
        {
            Thread.Sleep(options.Interval);
            TimeSpan passed = Stopwatch.GetElapsedTime(looked);
            looked = Stopwatch.GetTimestamp();
            List<SandboxFigures> figures = Look(registry, options, before, passed);
            if (figures.Count == 0 && !options.Names.IsEmpty)
            {
                return code;
            }

            Output.Print(options.Json ? Json(figures, options.Live) : clear + Table(figures));
        }
        while (options.Live);
        return code;
    }

    /// <summary>The figures of all that run, or of those whose ids are given; one of them may be gone by now.</summary>
    /// <param name="before">The processor time of the last look, by id; it takes this one's.</param>
    private static List<SandboxFigures> Look(Registry registry, StatsOptions options, Dictionary<string, ulong> before, TimeSpan passed)
    {
        List<SandboxFigures> figures = [];
        foreach (SandboxEntry entry in options.Names.IsEmpty ? Sandboxes.All(registry) : Named(registry, options.Names))
        {
            if (entry.IsAlive && SandboxFigures.Of(entry) is { } found)
            {
                string id = entry.Record.Id;
                figures.Add(before.TryGetValue(id, out ulong last) && passed > default(TimeSpan) ? found.Since(last, passed) : found);
                before[id] = found.Usage.CpuTime ?? 0;
            }

            entry.Dispose();
        }

        return figures;
    }

    private static IEnumerable<SandboxEntry> Named(Registry registry, ImmutableArray<string> ids)
    {
        foreach (string id in ids)
        {
            if (registry.TryFind(id) is { } named)
            {
                yield return named;
            }
        }
    }

    private static string Table(List<SandboxFigures> figures)
    {
        TextTable table = new("NAME", "CPU", "MEMORY", "TASKS", "READ", "WRITTEN");
        foreach (SandboxFigures one in figures)
        {
            table.Add(
                one.Name, one.Cpu is { } cpu ? string.Create(CultureInfo.InvariantCulture, $"{cpu:F1} %") : "-",
                Size(one.Usage.Memory), one.Usage.Tasks?.ToString(CultureInfo.InvariantCulture) ?? "-", Size(one.Usage.ReadBytes), Size(one.Usage.WrittenBytes));
        }

        return table.ToString();
    }

    private static string Size(ulong? bytes) => bytes switch
    {
        null => "-",
        < 1UL << 20 => $"{bytes >> 10} KiB",
        < 10UL << 30 => $"{bytes >> 20} MiB",
        _ => $"{bytes >> 30} GiB",
    };

    /// <summary>Where it goes on without an end each look is one line, so that its reader knows where the next one begins.</summary>
    private static string Json(List<SandboxFigures> figures, bool live)
    {
        JsonText json = new JsonText(compact: live).Begin('[');
        foreach (SandboxFigures one in figures)
        {
            CgroupUsage usage = one.Usage;
            json.Begin('{').Add("Name", one.Name).Add("Id", one.Id).Raw("CpuPercent", one.Cpu?.ToString("F1", CultureInfo.InvariantCulture) ?? "null");
            foreach ((string name, ulong? value) in (ReadOnlySpan<(string, ulong?)>)
                [("CpuMicroseconds", usage.CpuTime), ("Memory", usage.Memory), ("Tasks", usage.Tasks), ("ReadBytes", usage.ReadBytes), ("WrittenBytes", usage.WrittenBytes)])
            {
                json.Raw(name, value?.ToString(CultureInfo.InvariantCulture) ?? "null");
            }

            json.End('}');
        }

        return json.End(']') + (live ? "\n" : "");
    }
}
