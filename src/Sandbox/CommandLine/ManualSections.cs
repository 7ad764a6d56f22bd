namespace Sandbox.CommandLine;

/// <summary>What the manual says that belongs to no verb alone.</summary>
internal static class ManualSections
{
    public static ReadOnlySpan<(string Term, string Meaning)> ExitStatus => new (string, string)[]
    {
        ("0-123", "The command's own."),
        ("124", "The time of --timeout was over, and everything was killed."),
        ("125", "sandbox itself failed. One line on standard error says what and why, a second one perhaps how to mend it."),
        ("126", "The command was found and cannot be executed."),
        ("127", "The command was not found."),
        ("128+N", "The command was ended by signal N."),
    };

    public static ReadOnlySpan<(string Term, string Meaning)> Environment => new (string, string)[]
    {
        ("SANDBOX_ROOT", "The directory of images, where --root does not say."),
        ("XDG_DATA_HOME", "Holds the directory of images, sandbox, where neither says; ~/.local/share where it is not set."),
        ("XDG_RUNTIME_DIR", "Holds the directory of running state, sandbox."),
        ("TERM, COLORTERM, NO_COLOR", "Passed on to a command that has a terminal. sandbox itself writes in no colour."),
        ("LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES", "Sockets of a service manager, passed on (sd_listen_fds(3))."),
        ("NOTIFY_SOCKET", "Passed on with --notify (sd_notify(3))."),
    };

    public static ReadOnlySpan<(string Term, string Meaning)> Files => new (string, string)[]
    {
        ("~/.local/share/sandbox", "Images; for root /var/lib/sandbox."),
        ("$XDG_RUNTIME_DIR/sandbox/sandboxes/NAME", "A sandbox that has a name, while it is listed: sandbox.json, status.json, config.json, and its log; for root below /run/sandbox."),
        ("/etc/subuid, /etc/subgid", "The ids that a user may map into a sandbox besides his own (subuid(5))."),
    };
}
