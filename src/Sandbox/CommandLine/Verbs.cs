using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The table of verbs, in the order in which help shows them.</summary>
internal static class Verbs
{
    public static ImmutableArray<Verb> All =>
    [
        RunVerb.Entry,
        PsVerb.Entry,
        ExecVerb.Entry,
        LogsVerb.Entry,
        StopVerb.Entry,
        StartVerb.Entry,
        KillVerb.Entry,
        PauseVerb.Entry,
        ResumeVerb.Entry,
        UpdateVerb.Entry,
        WaitVerb.Entry,
        RmVerb.Entry,
        StatsVerb.Entry,
        LoadVerb.Entry,
        ImagesVerb.Entry,
        InspectVerb.Entry,
        TagVerb.Entry,
        RmiVerb.Entry,
        PruneVerb.Entry,
        SaveVerb.Entry,
        BundleVerb.Entry,
        VerifyVerb.Entry,
        CheckVerb.Entry,
        SeccompVerb.Entry,
        OciVerb.Entry,
        MachineVerb.Entry,
        MachineVerbs.PowerOff,
        MachineVerbs.Reboot,
        MachineVerbs.Halt,
        HelpVerb.Entry,
        CompletionVerb.Entry,
        new WorkerVerb { Name = "unpack-worker", Summary = "Unpack an archive inside a user namespace", Shown = false },
        new WorkerVerb { Name = "remove-worker", Summary = "Remove a tree inside a user namespace", Shown = false },
        new WorkerVerb { Name = "sync-worker", Summary = "Put unpacked trees on the disk", Shown = false },
        new WorkerVerb { Name = "layer-worker", Summary = "Unpack a layer inside a user namespace", Shown = false },
        new WorkerVerb { Name = "inflate-worker", Summary = "Decompress an archive inside a user namespace", Shown = false },
        new WorkerVerb { Name = "tar-worker", Summary = "Read a layer inside a user namespace", Shown = false },
        new WorkerVerb { Name = "verify-worker", Summary = "Check a layer inside a user namespace", Shown = false },
        new WorkerVerb { Name = "supervise-worker", Summary = "Stay with a detached sandbox", Shown = false },
        new WorkerVerb { Name = "machine-worker", Summary = "Manage a machine for its first process", Shown = false },
        new WorkerVerb { Name = "merge-worker", Summary = "Merge layers inside a user namespace", Shown = false },
    ];

    /// <summary>The verbs that help and completion show.</summary>
    public static IEnumerable<Verb> Shown => All.Where(verb => verb.Shown);

    /// <summary>Their names.</summary>
    public static ImmutableArray<string> ShownNames => [.. Shown.Select(verb => verb.Name)];

    public static Verb? Find(string name)
    {
        // To make the rows of all verbs takes longer than to read a command line: what is waited for most does without.
        if (name == RunVerb.Name)
        {
            return RunVerb.Entry;
        }

        foreach (Verb verb in All)
        {
            if (verb.Name == name)
            {
                return verb;
            }
        }

        return null;
    }

    /// <summary>The answer to a word that should be a verb and is none.</summary>
    public static Refusal Unknown(string word)
    {
        ImmutableArray<string> names = ShownNames;
        string hint = ForeignWords.OfCommand(word) ?? (Nearest.Find(word, names) is { } nearest ? $"did you mean {nearest}?" : "'sandbox help' explains them");
        return new Refusal($"unknown command '{word}'", "allowed are " + string.Join(", ", names), hint);
    }
}
