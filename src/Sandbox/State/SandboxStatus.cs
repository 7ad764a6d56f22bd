using System.Text;
using Sandbox.Json;

namespace Sandbox.State;

/// <summary>What changes of a sandbox, as its supervisor writes it down; what that is worth without one is for <see cref="SandboxEntry"/> to say.</summary>
internal sealed record SandboxStatus
{
    public SandboxPhase Phase { get; init; }

    public ProcessIdentity Supervisor { get; init; }

    /// <summary>PID 1 of the sandbox, as the host numbers it.</summary>
    public ProcessIdentity Init { get; init; }

    public Moment? Started { get; init; }

    public Moment? Ended { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>The directory of its cgroup; null where it has none of its own.</summary>
    public string? Cgroup { get; init; }

    public string Write()
    {
        JsonText json = new JsonText().Begin('{').Add("Phase", Phase.ToString());
        Add(json, "Supervisor", Supervisor);
        Add(json, "Init", Init);
        json.Add("Started", Started?.ToString()).Add("Ended", Ended?.ToString());
        return json.Raw("ExitCode", $"{(ExitCode is { } code ? code : "null")}").Add("Cgroup", Cgroup).End('}').ToString();
    }

    public static SandboxStatus Read(string text)
    {
        JsonPlace json = JsonPlace.Parse(Encoding.UTF8.GetBytes(text), "cannot read the status of a sandbox");
        return new SandboxStatus
        {
            Phase = json.Required("Phase").Text() switch
            {
                nameof(SandboxPhase.Starting) => SandboxPhase.Starting,
                nameof(SandboxPhase.Running) => SandboxPhase.Running,
                nameof(SandboxPhase.Exited) => SandboxPhase.Exited,
                _ => throw json.Required("Phase").Wrong("no supervisor writes that"),
            },
            Supervisor = Identity(json.Required("Supervisor")),
            Init = Identity(json.Required("Init")),
            Started = Moment.Parse(json.Text("Started")),
            Ended = Moment.Parse(json.Text("Ended")),
            ExitCode = (int?)json.Member("ExitCode")?.Integer(0, 255),
            Cgroup = json.Text("Cgroup"),
        };
    }

    private static void Add(JsonText json, string name, ProcessIdentity process) =>
        json.Begin('{', name).Add("Pid", process.Pid).Add("StartTime", (long)process.StartTime).End('}');

    private static ProcessIdentity Identity(JsonPlace json) =>
        new((int)json.Required("Pid").Integer(0, int.MaxValue), json.Required("StartTime").Number(long.MaxValue));
}
