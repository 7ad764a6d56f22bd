namespace Sandbox.CommandLine;

/// <summary>The rows of the verbs that end a machine whose first process is sandbox.</summary>
internal static class MachineVerbs
{
    public static Verb PowerOff => Of("poweroff", "Stop all units and switch the machine off, where sandbox is its init");

    public static Verb Reboot => Of("reboot", "Stop all units and start the machine anew, where sandbox is its init");

    public static Verb Halt => Of("halt", "Stop all units and let the machine stand, where sandbox is its init");

    private static Verb<MachineEndOptions> Of(string name, string summary) => new()
    {
        Name = name,
        Summary = summary,
        Description =
        [
            "Units are stopped in the reverse order of their start, each with its own time to end; then everything is killed, what was written goes to the disk, " +
            "and the root file system becomes read-only.",
        ],
        Examples = [new("From a shell on the machine", $"sandbox {name}")],
        Empty = new MachineEndOptions(name),
        Options = static () => [CommonOptions.Of<MachineEndOptions>()],
        Finish = (options, words) => words.IsEmpty ? options : new Refusal($"wrong word '{words[0]}'", $"'sandbox {name}' takes none", $"'sandbox help {name}' explains it"),
    };
}
