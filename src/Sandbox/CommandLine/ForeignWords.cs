namespace Sandbox.CommandLine;

/// <summary>Commands and options of docker, podman, bubblewrap and systemd-nspawn that have another name here, or that do not exist.</summary>
internal static class ForeignWords
{
    private const string Registry = "no registry is asked: 'skopeo copy docker://NAME oci-archive:FILE' fetches an image, 'sandbox load FILE' keeps it";
    private const string Ports = "no port is published: --network host has those of the host";
    private const string NotAsked = "nothing is asked back, leave it out";
    private const string OwnAnyway = "that is so anyway, leave it out";
    private const string All = "give the names: $(sandbox ps -aq) are all";

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
        "ls" or "list" or "container" => "did you mean ps?",
        "image" => "did you mean images?",
        "info" => "did you mean check?",
        "version" => "did you mean --version?",
        _ => null,
    };

    /// <summary>What to write instead of an option of theirs; null where nothing is known of it.</summary>
    public static string? OfOption(string? verb, string word) => (verb, word) switch
    {
        (_, "-h") => "did you mean --help?",
        (null, "-v" or "-V") => "did you mean --version?",
        ("run", "-p" or "--publish" or "-P" or "--publish-all") => Ports,
        ("run", "--pull") => Registry,
        ("run" or "exec", "--privileged") => "--cap-add, --device and --nested of 'sandbox run' open one thing each",
        ("run", "--restart") => "a unit of systemd with Restart=, or one of a machine whose init is sandbox, starts again what ended",
        ("run", "--shm-size") => "write --tmpfs /dev/shm:size=SIZE",
        ("run", "--pid" or "--ipc" or "--uts") => "a sandbox has its own, always",
        ("run", "--bind") => "write -v SRC:DST",
        ("run", "--ro-bind" or "--bind-ro") => "write -v SRC:DST:ro",
        ("run", "--chdir") => "did you mean --workdir?",
        ("run", "--setenv") => "did you mean --env?",
        ("run", "--die-with-parent" or "--new-session" or "--unshare-all") => OwnAnyway,
        ("run", "--private-network" or "--ephemeral" or "--as-pid2") => OwnAnyway,
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
        ("logs", "-n") => "did you mean --tail?",
        ("rmi" or "prune", "-f" or "--force") => NotAsked,
        ("ps" or "images" or "inspect", "--format" or "-f") => "did you mean --json?",
        ("ps" or "images", "--filter") => "choose among what --json prints, with jq(1)",
        ("stop" or "kill" or "rm" or "wait", "--all" or "-a") => All,
        ("rmi", "--all" or "-a") => "give the ids: $(sandbox images -q) are all",
        _ => null,
    };

    /// <summary>What to write instead of a value of theirs, or what there is in its place; null where nothing is known of it.</summary>
    public static string? OfValue(string? verb, string option, string value) => (verb, option, value.Split([':', ',', '='], 2)[0]) switch
    {
        ("run", "network", "bridge" or "container" or "pasta" or "pod" or "private" or "slirp4netns") =>
            "no network is made between sandboxes: a unix socket in a directory that -v shows in both joins two, and --network host has the host's",
        ("run", "userns", "keep-id" or "nomap") => "root inside is you on the host: what it writes to a volume is yours",
        _ => null,
    };
}
