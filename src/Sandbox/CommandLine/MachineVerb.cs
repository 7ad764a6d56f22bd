namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox machine</c>.</summary>
internal static class MachineVerb
{
    public static Verb Entry => new Verb<MachineOptions>
    {
        Name = "machine",
        Summary = "From a unit, run a command of sandbox on the machine whose init it is",
        Description =
        [
            "A unit may look after the machine when it has '--userns host -v /run/sandbox-machine:/run/sandbox-machine' and this executable: it is then as good as the machine's root. " +
            "Standard input, output and error and the exit code are the command's; it ends with this one.",
        ],
        Operand = new() { Usage = "COMMAND [ARG...]", Kind = ValueKind.Verb, ThenCommand = true },
        Examples = [new("See all units", "sandbox machine ps -a"), new("Switch the machine off", "sandbox machine poweroff")],
        Empty = new MachineOptions(),
        Options = static () => [CommonOptions.Of<MachineOptions>()],
        Finish = static (options, words) => words.IsEmpty
            ? new Refusal("missing COMMAND", "'sandbox machine' needs a command of sandbox", "sandbox machine ps")
            : options with { Words = [.. words] },
    };
}
