namespace Sandbox.CommandLine;

/// <summary>Commands and options of docker, podman, bubblewrap and systemd-nspawn that have another name here, or that do not exist.</summary>
internal static class ForeignWords
{
    private const string Registry = "no registry is asked: 'skopeo copy docker://NAME oci-archive:FILE' fetches an image, 'sandbox load FILE' keeps it";
    private const string Ports = "no port is published: --network host has those of the host";
    private const string NotAsked = "nothing is asked back, leave it out";
    private const string OwnAnyway = "that is so anyway, leave it out";
    private const string All = "give the names: $(sandbox ps -aq) are all";
    private const string Networks = "no network is made between sandboxes: a unix socket in a directory that -v shows in both joins two, and --network host has the host's";
    private const string Made = "the command makes it itself, as in sh -c 'ln -s A B; ...', or a directory that -v shows has it";
    private const string Hiding = "--tmpfs DST:ro,mode=0 hides a directory, -v /dev/null:FILE a file";
    private const string Health = "nobody asks for health: 'sandbox exec NAME COMMAND' does";
    private const string Labels = "there are no labels, a name is all: --name";

    /// <summary>What to write instead of a command of theirs; null where nothing is known of it.</summary>
    public static string? OfCommand(string word) => word switch
    {
        "pull" or "push" or "login" or "search" => Registry,
        "build" or "commit" => "'sandbox run --commit NAME' makes an image of what a command changed",
        "create" => "'sandbox run -d --name NAME' makes a sandbox and starts it",
        "attach" => "'sandbox logs -f NAME' shows what it writes, 'sandbox exec -it NAME /bin/sh' goes in",
        "import" => "'sandbox load FILE' takes the tar of a root file system, too",
        "export" => "'sandbox save NAME -o FILE' writes an image, 'sandbox run --changes FILE' what a command changed",
        "cp" => "'sandbox run -v SRC:DST' shows a directory of the host, 'sandbox exec NAME cat FILE' reads a file",
        "top" => "'sandbox stats' shows what they use, 'sandbox exec NAME ps' what runs in one",
        "history" => "'sandbox inspect NAME' lists the layers",
        "diff" => "'sandbox run --changes FILE' writes what a command changed",
        "restart" => "'sandbox stop' ends one and 'sandbox run' makes a new one; start is for the units of a machine whose init is sandbox",
        "rename" => "a sandbox has the name that --name of 'sandbox run' gave it",
        "man" => "'sandbox help --man | man -l -' shows the manual",
        "delete" or "remove" => "did you mean rm?",
        "unpause" => "did you mean resume?",
        "shell" or "enter" => "'sandbox exec -it NAME /bin/sh' goes in",
        "ls" or "list" => "did you mean ps?",
        "container" => "a command is one word: run, ps, exec, logs, stop, rm",
        "image" => "a command is one word: images, load, save, tag, rmi, prune",
        "system" => "a command is one word: check, prune, verify",
        "info" => "did you mean check?",
        "version" => "did you mean --version?",
        "port" => Ports,
        "network" or "pod" => Networks,
        "volume" => "a directory of yours is shown by -v of 'sandbox run', and 'run --keep NAME' keeps changes",
        "healthcheck" => Health,
        "mount" => "'sandbox bundle IMAGE DIR' makes a tree of it",
        "untag" => "did you mean rmi?",
        "terminate" => "did you mean stop?",
        "copy-to" or "copy-from" => OfCommand("cp"),
        _ when word.Contains('/', StringComparison.Ordinal) || word.Contains(".tar", StringComparison.Ordinal) => $"did you mean 'sandbox run {word}'?",
        _ => null,
    };

    /// <summary>What to write instead of an option of theirs; null where nothing is known of it.</summary>
    public static string? OfOption(string? verb, string word) => (verb, word) switch
    {
        (_, "-h") => "did you mean --help?",
        (null, "-v" or "-V") => "did you mean --version?",
        (null, _) when IsOfRun(word) => $"the command comes first: sandbox run {word}",
        ("run", "-p" or "--publish" or "-P" or "--publish-all") => Ports,
        ("run", "--pull") => Registry,
        ("run" or "exec", "--privileged") => "--cap-add, --device and --nested of 'sandbox run' open one thing each",
        ("run", "--restart") => "a unit of systemd with Restart=, or one of a machine whose init is sandbox, starts again what ended",
        ("run", "--pod" or "--ip" or "--ip6" or "--link" or "--network-alias" or "--mac-address") => Networks,
        ("run", _) when word.StartsWith("--network-", StringComparison.Ordinal) => Networks,
        ("run", "--port") => Ports,
        ("run", "--expose") => "that opens nothing, leave it out",
        ("run", "--label" or "-l" or "--label-file" or "--annotation") => Labels,
        ("run", "--no-healthcheck") => OwnAnyway,
        ("run", _) when word.StartsWith("--health-", StringComparison.Ordinal) => Health,
        ("run", "--secret") => "write -v FILE:/run/secrets/NAME:ro",
        ("run", "--tz" or "--timezone") => "write -v /etc/localtime:/etc/localtime:ro, or -e TZ=ZONE",
        ("run", "--arch" or "--os" or "--variant") => "did you mean --platform?",
        ("run", "--tls-verify" or "--authfile" or "--creds" or "--retry") => Registry,
        ("run", "--cgroup-conf") => "did you mean --unified?",
        ("run", "--uidmap" or "--gidmap" or "--subuidname" or "--subgidname") => "did you mean --userns?",
        ("run", "--pidfile" or "--conmon-pidfile" or "--info-fd" or "--json-status-fd") => "'sandbox inspect --json NAME' has the PID, --report FILE says how it ended",
        ("run", "--oom-score-adj" or "--oom-score-adjust") => "a command may raise its own, in /proc/self/oom_score_adj",
        ("run", "--shm-size") => "write --tmpfs /dev/shm:size=SIZE",
        ("run", "--pid" or "--ipc" or "--uts") => "a sandbox has its own, always",
        ("run", "--bind" or "--bind-try" or "--bind-data" or "--file") => "write -v SRC:DST",
        ("run", "--ro-bind" or "--ro-bind-try" or "--ro-bind-data" or "--bind-ro") => "write -v SRC:DST:ro",
        ("run", "--dev-bind" or "--dev-bind-try") => "write --device PATH for a device, -v SRC:DST for what is none",
        ("run", "--overlay" or "--overlay-src") => "--keep NAME and --overlay-dir DIR keep what is changed",
        ("run", "--symlink" or "--dir" or "--chmod" or "--perms") => Made,
        ("run", "--size") => "write --tmpfs DST:size=SIZE",
        ("run", "--remount-ro" or "--ro-overlay") => "did you mean --read-only?",
        ("run", "--inaccessible") => Hiding,
        ("run", "--chdir") => "did you mean --workdir?",
        ("run", "--setenv" or "-E") => "did you mean --env?",
        ("run", "--unsetenv") => "a command that begins with env -u NAME is without it",
        ("run", "--uid" or "--gid") => "write -u USER:GROUP",
        ("run", "--as-pid-1") => "write --init=false",
        ("run", "--share-net") => "write --network host",
        ("run", "--add-seccomp-fd" or "--system-call-filter") => "did you mean --seccomp?",
        ("run", "--capability" or "--ambient-capability") => "did you mean --cap-add?",
        ("run", "--drop-capability") => "did you mean --cap-drop?",
        ("run", "--no-new-privileges") => "write --security-opt no-new-privileges[=false]",
        ("run", "--machine" or "-M") => "did you mean --name?",
        ("run", "-b") => "did you mean --boot?",
        ("run", "--notify-ready") => "did you mean --notify?",
        ("run", "--cpu-affinity") => "did you mean --cpuset-cpus?",
        ("run", "--slice" or "-S") => "did you mean --cgroup-parent?",
        ("run", "--pipe" or "--console") => "-t gives the command a terminal, -T none",
        ("run", "--personality") => "a command that begins with setarch(8) has it",
        ("run", "--die-with-parent" or "--new-session" or "--clearenv" or "--unsetenv-all" or "--proc" or "--dev" or "--mqueue" or "--tmp-overlay") => OwnAnyway,
        ("run", "--private-network" or "--ephemeral" or "-x" or "--as-pid2" or "--private-users" or "-U" or "--disable-userns" or "--attach" or "-a") => OwnAnyway,
        ("run", _) when word.StartsWith("--unshare-", StringComparison.Ordinal) => OwnAnyway,
        ("run", "--rootfs" or "--directory" or "-D" or "--image") => "a directory is run as it is: write it as IMAGE",
        ("run", "--systemd") => "did you mean --boot?",
        ("run", "--env-host") => "nothing is inherited: -e NAME passes a variable on",
        ("run", "--umask") => "a command that begins with umask sets it, in sh -c 'umask 077; ...'",
        ("run", "--cidfile") => "-d prints the id, --name gives a name instead",
        ("run", "--replace") => "'sandbox rm -f NAME' removes the one of that name",
        ("run", "--cpu-shares" or "-c") => "did you mean --cpu-weight?",
        ("run", "--cpu-quota" or "--cpu-period") => "did you mean --cpus?",
        ("run", "--dns" or "--dns-search" or "--dns-option") => "-v FILE:/etc/resolv.conf:ro shows a file of yours in its place",
        ("run", "--add-host") => "-v FILE:/etc/hosts:ro shows a file of yours in its place",
        ("run", "--volumes-from") => "-v shows the same directory in each sandbox",
        ("run", "--group-add") => "groups are those that the image gives the user; of the host's, --userns single keeps yours",
        ("run", "--sig-proxy") => "signals to sandbox are signals to the command, leave it out",
        ("run", "--detach-keys") => "a terminal cannot be left: 'sandbox run -d' and 'sandbox exec -it' come and go",
        ("run", "--log-driver" or "--log-opt") => "'sandbox run -d' keeps what is written, --log-size of it; 'sandbox logs' shows it",
        ("run", "--gpus") => "--device shows a device of the host, -v the libraries that it takes",
        ("load", "-i" or "--input") => "write the file alone: sandbox load FILE",
        ("kill", ['-', >= '1' and <= '9']) => $"write -s {word[1..]}",
        ("rmi" or "prune", "-f" or "--force") => NotAsked,
        ("ps" or "images" or "inspect", "--format" or "-f") => "did you mean --json?",
        ("images", "--all" or "-a") => OwnAnyway,
        ("prune", "--all" or "-a") => "'sandbox rmi' removes images that have a name",
        ("logs", "--since" or "--until") => "--tail begins with the last lines, -t shows when each came",
        ("ps" or "images", "--filter") => "choose among what --json prints, with jq(1)",
        ("stop" or "kill" or "rm" or "wait", "--all" or "-a") => All,
        ("rmi", "--all" or "-a") => "give the ids: $(sandbox images -q) are all",
        _ => null,
    };

    /// <summary>What to write instead of a value of theirs, or what there is in its place; null where nothing is known of it.</summary>
    public static string? OfValue(string? verb, string option, string value) => (verb, option, value.Split([':', ',', '='], 2)[0]) switch
    {
        ("run", "network", "bridge" or "container" or "pasta" or "pod" or "private" or "slirp4netns") =>
            Networks,
        ("run", "userns", "keep-id" or "nomap") => "root inside is you on the host: what it writes to a volume is yours",
        ("run", "security-opt", "label") => "a sandbox has its caller's SELinux context, and no file need be labelled anew: leave it out",
        ("run", "security-opt", "mask") => Hiding,
        ("run", "security-opt", "unmask" or "systempaths") => "--nested opens /proc and /sys",
        ("run", "security-opt", "writable-cgroups") => "did you mean --cgroup delegate?",
        _ => null,
    };

    private static bool IsOfRun(string word) =>
        RunVerb.Entry.OptionGroups.SelectMany(static group => group.Options).Any(option => word == "--" + option.Name || word == $"-{option.Letter}");
}
