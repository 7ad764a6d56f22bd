using Sandbox.Json;
using Sandbox.State;

namespace Sandbox.Commands;

/// <summary>A sandbox as <c>--json</c> shows it.</summary>
internal static class SandboxJson
{
    /// <param name="config">Its specification, as JSON; null to leave it out.</param>
    public static JsonText Add(JsonText json, string? name, SandboxEntry entry, string? config = null)
    {
        SandboxStatus status = entry.Status;
        entry.Record.Add(json.Begin('{', name))
            .Add("Phase", entry.Phase.ToString())
            .Add("Pid", entry.IsAlive ? status.Init.Pid : 0).Add("SupervisorPid", entry.IsAlive ? status.Supervisor.Pid : 0)
            .Add("Started", status.Started?.ToString()).Add("Ended", status.Ended?.ToString())
            .Raw("ExitCode", status.ExitCode?.ToString() ?? "null").Add("Cgroup", status.Cgroup);
        return (config is null ? json : json.Lines("Config", config)).End('}');
    }
}
