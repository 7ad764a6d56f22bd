using System.Collections.Immutable;
using System.Text;
using Sandbox.Json;

namespace Sandbox.State;

/// <summary>What is written down of a sandbox when it is made, beside its specification.</summary>
internal sealed record SandboxRecord
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The image as the user named it.</summary>
    public required string Image { get; init; }

    public ImmutableArray<string> Command { get; init; } = [];

    public required Moment Created { get; init; }

    /// <summary>The start of the machine in which it was made.</summary>
    public required string Boot { get; init; }

    /// <summary>Whether it goes with its command, and cannot be looked at afterwards.</summary>
    public bool RemovedAtEnd { get; init; }

    /// <summary>The number of the signal that asks the command to end.</summary>
    public int StopSignal { get; init; }

    /// <summary>So many milliseconds after that signal it is killed.</summary>
    public long StopTimeout { get; init; }

    /// <summary>Whether sandboxes can be made inside.</summary>
    public bool Nested { get; init; }

    /// <summary>Whether its user namespace lets processes change their supplementary groups.</summary>
    public bool AllowsGroups { get; init; }

    public SavedFilter Filter { get; init; }

    /// <summary>Null where it is not bound to some.</summary>
    public SavedPorts? TcpPorts { get; init; }

    /// <summary>Directories of the image that are the sandbox's own, and writable below a read-only root.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    public string Write() => Add(new JsonText().Begin('{')).End('}').ToString();

    /// <summary>Adds its members to an object.</summary>
    public JsonText Add(JsonText json) => SavedPorts.Add(json
        .Add("Id", Id).Add("Name", Name).Add("Image", Image).Add("Command", Command).Add("Created", Created.ToString()).Add("Boot", Boot)
        .Add("RemovedAtEnd", RemovedAtEnd).Add("StopSignal", StopSignal).Add("StopTimeout", StopTimeout)
        .Add("Nested", Nested).Add("AllowsGroups", AllowsGroups).Add("Filter", Filter.ToString()).Add("Volumes", Volumes), "TcpPorts", TcpPorts);

    public static SandboxRecord Read(string text)
    {
        JsonPlace json = JsonPlace.Parse(Encoding.UTF8.GetBytes(text), "cannot read the record of a sandbox");
        return new SandboxRecord
        {
            Id = json.Required("Id").Text(),
            Name = json.Required("Name").Text(),
            Image = json.Required("Image").Text(),
            Command = json.Texts("Command"),
            Created = Moment.Parse(json.Required("Created").Text()) ?? throw json.Required("Created").Wrong("it is no time"),
            Boot = json.Required("Boot").Text(),
            RemovedAtEnd = json.IsTrue("RemovedAtEnd"),
            StopSignal = (int)json.Required("StopSignal").Integer(0, 64),
            StopTimeout = json.Required("StopTimeout").Integer(0),
            Nested = json.IsTrue("Nested"),
            AllowsGroups = json.IsTrue("AllowsGroups"),
            TcpPorts = SavedPorts.Read(json.Member("TcpPorts")),
            Volumes = json.Texts("Volumes"),
            Filter = json.Required("Filter").Text() switch
            {
                nameof(SavedFilter.Default) => SavedFilter.Default,
                nameof(SavedFilter.None) => SavedFilter.None,
                nameof(SavedFilter.Program) => SavedFilter.Program,
                _ => throw json.Required("Filter").Wrong("it is no kind of filter"),
            },
        };
    }
}
