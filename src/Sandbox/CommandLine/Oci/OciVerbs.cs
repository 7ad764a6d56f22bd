using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The table of the runtime's operations, in the order in which help shows them.</summary>
internal static class OciVerbs
{
    public static ImmutableArray<Verb> All(OciGlobal global) =>
    [
        OciLifeVerbs.Create(global),
        OciLifeVerbs.Plain("start", "Let the process of a container run", global),
        OciLifeVerbs.Plain("state", "Print the state of a container", global),
        OciLifeVerbs.Kill(global),
        OciLifeVerbs.Delete(global),
        OciLifeVerbs.Run(global),
        OciExecVerb.Entry(global),
        OciLookVerbs.List(global),
        OciLookVerbs.Processes(global),
        OciLifeVerbs.Plain("pause", "Stop every process of a container where it is", global),
        OciLifeVerbs.Plain("resume", "Let the processes of a paused container go on", global),
        OciUpdateVerb.Entry(global),
        OciLookVerbs.Events(global),
        OciLookVerbs.Features(global),
        OciLookVerbs.Spec(global),
    ];

    /// <summary>Their names, for help and completion.</summary>
    public static ImmutableArray<string> Names => [.. All(new OciGlobal()).Select(verb => verb.Name)];
}
