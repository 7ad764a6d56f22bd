using Sandbox.CommandLine;
using Sandbox.Json;
using Sandbox.State;

namespace Sandbox.Commands;

/// <summary><c>sandbox ps</c>.</summary>
internal static class PsCommand
{
    private const int ShownDigits = 12, LongestCommand = 32;

    public static int Run(PsOptions options)
    {
        using Registry? registry = Sandboxes.OpenIfThere(options);
        List<SandboxEntry> shown = [];
        foreach (SandboxEntry entry in registry is null ? [] : Sandboxes.All(registry))
        {
            // What is shown of it has been read: of all together too many files would be open.
            entry.Dispose();
            if (options.All || entry.IsAlive)
            {
                shown.Add(entry);
            }
        }

        return Output.Print(options switch
        {
            { Json: true } => Json(shown),
            { OnlyNames: true } => string.Concat(shown.ConvertAll(static entry => entry.Record.Name + "\n")),
            { Quiet: true } => string.Concat(shown.ConvertAll(static entry => entry.Record.Id + "\n")),
            _ => Table(shown),
        });
    }

    private static string Json(List<SandboxEntry> shown)
    {
        JsonText json = new JsonText().Begin('[');
        shown.ForEach(entry => SandboxJson.Add(json, null, entry));
        return json.End(']').ToString();
    }

    private static string Table(List<SandboxEntry> shown)
    {
        TextTable table = new("ID", "NAME", "IMAGE", "COMMAND", "STATUS", "PID");
        foreach (SandboxEntry entry in shown)
        {
            string pid = entry.IsAlive && entry.Status.Init.Pid > 0 ? $"{entry.Status.Init.Pid}" : "-";
            table.Add(entry.Record.Id[..ShownDigits], entry.Record.Name, entry.Record.Image, Command(entry), Status(entry), pid);
        }

        return table.ToString();
    }

    private static string Command(SandboxEntry entry)
    {
        string command = string.Join(' ', entry.Record.Command);
        return command.Length > LongestCommand ? command[..(LongestCommand - 3)] + "..." : command;
    }

    private static string Status(SandboxEntry entry) => entry.Phase switch
    {
        SandboxPhase.Starting => "starting",
        SandboxPhase.Running => $"running for {Span(entry.Status.Started)}",
        SandboxPhase.Paused => "paused",
        SandboxPhase.Exited => $"ended with {entry.Status.ExitCode} {Span(entry.Status.Ended)} ago",
        _ => "crashed",
    };

    private static string Span(Moment? since) => Age.Of(since?.Age ?? default);
}
