using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.RunOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox run</c> that are for a whole system, and what they say of the others.</summary>
internal static class SystemRows
{
    public static OptionGroup All => new("A whole system", () =>
    [
        Row.Flag("boot", '\0', "Run the image's own init as PID 1, as machines do: systemd, or busybox's. The words after IMAGE are its arguments. Opens what --nested does.",
            (o, v) => o with { Boot = v }),
        Row.Value("credential", '\0', "NAME=VALUE|NAME:FILE", "Hand a credential to the system, a text; systemd hands it on to the services that name it (LoadCredential=).",
            CredentialWords.Read, (o, v) => o with { Credentials = o.Credentials.Add(v) }),
        Row.Choice("volatile", "yes|state|overlay", ["yes", "state", "overlay"], "Use only the image's /usr (yes), all of it with an empty /var (state), both not to be changed; or all, to be changed until the end (overlay, as without).",
            (o, place) => o with { Volatile = (VolatileMode)place }),
    ]);

    /// <summary>What else <c>--boot</c> means.</summary>
    public static RunOptions Complete(RunOptions options) => options.Boot
        ? options with { Nested = true, Init = false, NoNewPrivileges = false, DelegateCgroup = true, Terminal = true }
        : options;

    /// <summary>Options that contradict it; null where none does.</summary>
    public static Refusal? FindContradiction(RunOptions options) => options switch
    {
        { Boot: false, Credentials.IsEmpty: false } => new Refusal("wrong option --credential", "it is for a system's init to hand on", "add --boot, or use -e"),
        { Boot: false, Volatile: not null } => new Refusal("wrong option --volatile", "it is for a system", "add --boot, or see --read-only and --tmpfs"),
        { Boot: true, User: not null } => new Refusal("wrong option --user", "a system's init is root's", "leave it out, and use --user with 'sandbox exec'"),
        { Boot: true, Terminal: false } => new Refusal("wrong option --no-tty", "a system writes to its console", "leave it out"),
        { Boot: true, UserNamespace: not UserNamespaceMode.Auto } => new Refusal(
            "wrong option --userns", "a system needs a range of ids that are nobody else's", "leave it out"),
        _ => null,
    };
}
