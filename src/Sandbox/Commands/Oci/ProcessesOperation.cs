using System.Collections.Immutable;
using System.Globalization;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Json;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>ps</c>: the processes of a container, by their numbers outside.</summary>
internal static class ProcessesOperation
{
    public static int Run(OciListOptions options, OciContext context)
    {
        using Container container = Container.Open(context.Root, options.Id);
        ImmutableArray<int> pids = ContainerProcesses.List(container.State);
        return Output.Print(!options.PsOptions.IsEmpty ? HostProcessTable.Of(options.Id, options.PsOptions, pids) : options.Json ? Json(pids) : Table(pids));
    }

    private static string Json(ImmutableArray<int> pids)
    {
        JsonText json = new JsonText(compact: true).Begin('[');
        foreach (int pid in pids)
        {
            json.Add(null, pid);
        }

        return json.End(']').ToString() + "\n";
    }

    private static string Table(ImmutableArray<int> pids)
    {
        TextTable table = new("UID", "PID", "PPID", "STATE", "CMD");
        foreach (int pid in pids)
        {
            // One that ends meanwhile is no failure.
            if (TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")) is { } status)
            {
                string line = TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")) is { Length: > 0 } words
                    ? words.TrimEnd('\0').Replace('\0', ' ')
                    : $"[{Field(status, "Name")}]";
                table.Add(Field(status, "Uid").Split('\t')[0], $"{pid}", Field(status, "PPid"), Field(status, "State")[..1], Output.Printable(line));
            }
        }

        return table.ToString();
    }

    /// <summary>A line of /proc/PID/status (proc_pid_status(5)).</summary>
    private static string Field(string status, string name)
    {
        foreach (ReadOnlySpan<char> line in new TextLines(status))
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == ':')
            {
                return line[(name.Length + 1)..].Trim().ToString();
            }
        }

        return "?";
    }
}
