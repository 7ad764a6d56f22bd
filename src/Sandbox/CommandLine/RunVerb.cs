using System.Collections.Immutable;
using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.RunOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox run</c>.</summary>
internal static class RunVerb
{
    public const string Name = "run";

    public static Verb Entry => new Verb<RunOptions>
    {
        Name = Name,
        Summary = "Run a command in a sandbox made from an image",
        Description =
        [
            "IMAGE is a name in the store (see load), or a path: the archive of a root file system, a directory that holds one, an archive of images " +
            "(docker save, OCI), an OCI image layout or what skopeo writes to dir:PATH. Archives may be compressed by gzip, zstd or xz, and are unpacked at their first run only; of several images in " +
            "one, IMAGE:NAME picks one, and '-' reads an archive from standard input. The command may change everything it sees; at its end the changes are gone.",
            "Options end at IMAGE: the words after it are the command's. One '--' right after IMAGE is left out. Without a command the image's own is run.",
            "Unless options say otherwise the sandbox has namespaces of its own (user, mount, pid, ipc, uts, cgroup, network), no network but lo, " +
            "few capabilities, and no way to gain more.",
        ],
        Operand = new() { Usage = "IMAGE [--] [COMMAND [ARG...]]", Kind = ValueKind.ImageOrFile, ThenCommand = true },
        Examples =
        [
            new("Look around in a Debian tree", "sandbox run debian.tar -- /bin/bash"),
            new("Build what lies here, without network, for ten minutes at most", "sandbox run -v .:/src -w /src --timeout 600 debian.tar -- make"),
            new("Run a script that must not be trusted", "sandbox run --read-only --tmpfs /tmp:size=64m -u nobody -v ./job:/job:ro debian.tar -- /job/run"),
            new("Use this machine's own programs, from an empty directory", "sandbox run -v /usr:/usr:ro -v /bin:/bin:ro -v /lib:/lib:ro -v /lib64:/lib64:ro ./empty -- python3"),
            new("Keep no capability but one, and few open files", "sandbox run --cap-drop ALL --cap-add NET_BIND_SERVICE --ulimit nofile=256 debian.tar -- /srv/httpd"),
            new("Run what may use half a processor, 256 MB and 50 processes", "sandbox run --cpus 0.5 -m 256m --pids-limit 50 debian.tar -- ./submission"),
            new("Boot a Debian with systemd, and switch it off again", "sandbox run -d --name box --boot debian-systemd.tar; sandbox exec box systemctl poweroff"),
            new("See every system call that would be made", "sandbox run --dry-run debian.tar -- /bin/true"),
        ],
        Empty = new RunOptions(),
        Options = Options,
        Finish = Finish,
    };

    private static ImmutableArray<OptionGroup> Options() =>
    [
        new("The command", () =>
        [
            Row.Value("env", 'e', "NAME[=VALUE]", "Set a variable; without a value, to what it is here.",
                Words.Environment, (o, v) => o with { Environment = o.Environment.Add(v) }),
            Row.Value("env-file", '\0', "FILE", "Set the variables that FILE lists, one NAME=VALUE or NAME a line.",
                Words.NotEmpty, (o, v) => o with { EnvironmentFiles = o.EnvironmentFiles.Add(v) }, ValueKind.File),
            Row.Value("workdir", 'w', "DIR", "Start in DIR; it is made if it is missing.",
                ContainerPath.Read, (o, v) => o with { WorkingDirectory = v }),
            Row.Value("user", 'u', "USER[:GROUP]", "Run as this user, a name of the image or an id.",
                Words.User, (o, v) => o with { User = v }),
            Row.Value("entrypoint", '\0', "PROGRAM", "Run PROGRAM instead of the image's entrypoint; \"\" for none.",
                Words.Any, (o, v) => o with { Entrypoint = v }),
            Row.Value("timeout", '\0', "SECONDS", "Kill everything after this time and end with 124; fractions are allowed.",
                Durations.Read, (o, v) => o with { Timeout = v }),
            Row.Value("cpu-timeout", '\0', "SECONDS", "Kill everything after so much processor time, of all processes together, and end with 124.",
                Durations.Read, (o, v) => o with { CpuTimeout = v }),
            Row.Value("output-limit", '\0', "SIZE", "Kill everything when more than SIZE was written to standard output and error together, or to the terminal in their place. That is said, unless -q is given.",
                Sizes.Read, (o, v) => o with { OutputLimit = v }),
            Row.Value("report", '\0', "FILE|-", "When the run ends, write as JSON how it ended and what it used. Reason is exit, signal, timeout, output-limit, oom, memory-limit, pids-limit; " +
                "or not-started, where no command was executed, or error, where sandbox failed after that: Error then says why.",
                Words.NotEmpty, (o, v) => o with { Report = v }, ValueKind.File),
        ]),
        new("Descriptors", () =>
        [
            Row.Value("preserve-fd", '\0', "N", "Leave descriptor N open for the command; sockets of LISTEN_FDS are passed on anyway.",
                Words.Descriptor, (o, v) => o with { PreservedDescriptors = o.PreservedDescriptors.Add(v) }),
            Row.Flag("notify", '\0', "Pass on NOTIFY_SOCKET, by which a service tells systemd that it is ready.",
                (o, v) => o with { Notify = v }),
        ]),
        new("Terminal and signals", () =>
        [
            Row.Flag("tty", 't', "Give the command a terminal of its own, even if standard input or output is none.",
                (o, v) => o with { Terminal = v }),
            Row.Flag("interactive", 'i', "Pass standard input on, as is done anyway: for who is used to 'docker run -it'.",
                (o, v) => v ? o : new Wrong("it is passed on anyway: write </dev/null at the end of the line")),
            Row.Flag("no-tty", 'T', "Give the command no terminal: it has standard input, output and error as they are.",
                (o, v) => o with { Terminal = v ? false : null }),
            Row.Flag("init", '\0', "Be PID 1, which passes signals on and reaps; with =false the command is PID 1.",
                (o, v) => o with { Init = v }, isSwitch: true),
            Row.Value("stop-signal", '\0', "SIGNAL", "What the command gets when sandbox gets TERM, and from 'sandbox stop'; else the image says it.",
                SignalWords.Read, (o, v) => o with { StopSignal = v }, ValueKind.Words, static () => SignalWords.Names),
            Row.Value("stop-timeout", '\0', "SECONDS", "Kill everything this long after TERM; 'sandbox stop' waits 10 seconds unless it is given.",
                Durations.Read, (o, v) => o with { StopTimeout = v }),
        ]),
        new("Longer than this command", () =>
        [
            Row.Flag("detach", 'd', "Return when the command is executed, and print the id of the sandbox; see ps, exec, logs, stop, rm.",
                (o, v) => o with { Detached = v }),
            Row.Value("name", '\0', "NAME", "Let other commands find the sandbox by this name while it is there.",
                Words.NotEmpty, (o, v) => o with { Name = v }),
            Row.Flag("rm", '\0', "Forget a detached sandbox at its end, with its log; others are forgotten in any case.",
                (o, v) => o with { Remove = v }),
            Row.Value("log-size", '\0', "SIZE", "Keep at most so much of what a detached command writes, but 128k in any case; 8m unless it is given.",
                Sizes.Read, (o, v) => o with { LogSize = v }),
        ]),
        new("File systems", () =>
        [
            Row.Value("volume", 'v', "SRC:DST[:OPTIONS]", "Show the file or directory SRC of the host as DST; /dev/null makes a file empty. OPTIONS: ro, idmap (as root: files keep their owners).",
                MountWords.ReadVolume, (o, v) => o with { Mounts = o.Mounts.Add(v) }, ValueKind.File),
            Row.Value("mount", '\0', "type=bind|tmpfs,...", "A volume or a tmpfs, with named fields: source, target, readonly, idmap, tmpfs-size, tmpfs-mode.",
                MountKeys.Read, (o, v) => o with { Mounts = o.Mounts.Add(v) }, ValueKind.Words, static () => ["type=bind,", "type=tmpfs,"]),
            Row.Value("tmpfs", '\0', "DST[:OPTIONS]", "An empty file system in memory at DST. OPTIONS: size=64m, mode=1777, ro, exec.",
                MountWords.ReadTmpfs, (o, v) => o with { Mounts = o.Mounts.Add(v) }),
            Row.Flag("read-only", '\0', "Make the root file system read-only.",
                (o, v) => o with { ReadOnlyRoot = v }),
            Row.Value("scratch", '\0', "tmpfs[:SIZE]|disk", "Where changes go until the end: memory (at most SIZE) or disk.",
                Words.Scratch, (o, v) => o with { Scratch = v }, ValueKind.Words, static () => ["tmpfs", "disk"]),
            Row.Value("keep", '\0', "NAME", "Keep changes under NAME: the next run of the image with that name goes on with them.",
                Words.KeptName, (o, v) => o with { Keep = v }),
            Row.Value("overlay-dir", '\0', "DIR", "Keep changes in DIR, which must be on a disk that can hold an overlay.",
                Words.NotEmpty, (o, v) => o with { OverlayDirectory = v }, ValueKind.Directory),
        ]),
        new("Isolation", () =>
        [
            StoreRows.UserNamespace<RunOptions>(),
            Row.Choice("network", "none|host", ["none", "host"], "Only lo (none), or the network of the host.",
                (o, place) => o with { Network = (NetworkMode)place }),
            Row.Value("hostname", 'h', "NAME", "Host name inside.",
                Words.Hostname, (o, v) => o with { Hostname = v }),
        ]),
        new("Privileges and limits", () =>
        [
            Row.Value("cap-add", '\0', "CAPABILITY[,...]", "Add capabilities, or ALL. Another user than root has none but those added.",
                CapabilityWords.Read, (o, v) => o with { AddedCapabilities = o.AddedCapabilities | v }, ValueKind.Words, CapabilityWords.Offered),
            Row.Value("cap-drop", '\0', "CAPABILITY[,...]", "Take away capabilities, or ALL; what is added stays.",
                CapabilityWords.Read, (o, v) => o with { DroppedCapabilities = o.DroppedCapabilities | v }, ValueKind.Words, CapabilityWords.Offered),
            Row.Value("ulimit", '\0', "NAME=SOFT[:HARD]", "Set a resource limit, such as nofile=1024:4096; unlimited is a value too.",
                LimitWords.Read, (o, v) => o with { Limits = o.Limits.Add(v) }, ValueKind.Words, LimitWords.Offered),
            Row.Value("sysctl", '\0', "NAME=VALUE", "Change a setting of the sandbox's own network or IPC, like net.core.somaxconn=1024.",
                Words.Sysctl, (o, v) => o with { Sysctls = o.Sysctls.Add(v) }),
            Row.Value("seccomp", '\0', "FILE|default|unconfined", "Filter system calls by this profile, in Docker's form or that of the OCI runtime specification.",
                Words.NotEmpty, (o, v) => o with { Seccomp = v }, ValueKind.WordsOrFile, static () => ["default", "unconfined"]),
            Row.Value("security-opt", '\0', "OPTION", "seccomp=PROFILE, as --seccomp; apparmor=PROFILE; no-new-privileges[=false].",
                SecurityWords.Read, (o, v) => v.In(o), ValueKind.Words, static () => ["seccomp=", "apparmor=", "no-new-privileges"]),
            Row.Value("tcp-ports", '\0', "none|bind=PORT|connect=PORT,...", "Let the command listen at and reach no TCP port but these (Landlock, from Linux 6.7 on); may be repeated.",
                PortWords.Read, (o, v) => o with { TcpPorts = (o.TcpPorts ?? TcpPorts.None).With(v) }, ValueKind.Words, static () => ["none", "bind=", "connect="]),
            Row.Flag("nested", '\0', "Let the command make sandboxes and containers of its own: user namespaces, mounts, and all of /proc and /sys.",
                (o, v) => o with { Nested = v }),
        ]),
        ResourceRows.Of<RunOptions>(),
        new("Devices and cgroups", () =>
        [
            Row.Value("device", '\0', "PATH[:DST][:rwm]", "Show a device of the host in the sandbox.",
                DeviceWords.Read, (o, v) => o with { Devices = o.Devices.Add(v) }, ValueKind.File),
            Row.Value("cgroup-parent", '\0', "/PATH", "Make the sandbox's cgroup in this one, which must be yours to make some in.",
                ContainerPath.Read, (o, v) => o with { CgroupParent = v }),
            Row.Choice("cgroup", "private|delegate", ["private", "delegate"], "Whether /sys/fs/cgroup inside is for looking only, or the command's to divide.",
                (o, place) => o with { DelegateCgroup = place == 1 }),
        ]),
        SystemRows.All,
        new("The image", () =>
        [
            Row.Value("commit", '\0', "NAME", "If the command ends with 0, make a new image of the image and what the command changed.",
                Words.NotEmpty, (o, v) => o with { Commit = v }),
            Row.Value("changes", '\0', "OUT.tar", "At the end write what the command changed to OUT.tar, as a layer.",
                Words.Archive, (o, v) => o with { Changes = v }, ValueKind.File),
            StoreRows.Platform<RunOptions>(),
            StoreRows.Progress<RunOptions>(),
        ]),
        new("Looking first", () =>
        [
            Row.Flag("dry-run", '\0', "Print every step of the launch, in order, and run nothing.",
                (o, v) => o with { DryRun = v }),
        ]),
        CommonOptions.Of<RunOptions>(),
    ];

    private static Invocation Finish(RunOptions options, ReadOnlySpan<string> words)
    {
        if (words.IsEmpty)
        {
            return new Refusal("missing IMAGE", "'sandbox run' needs an image", "sandbox run [OPTIONS] IMAGE [--] [COMMAND [ARG...]]");
        }

        if (words[0].Length == 0)
        {
            return new Refusal("wrong IMAGE ''", "it is empty");
        }

        if (MountWords.FindRepeated(options.Mounts) is { } repeated)
        {
            return new Refusal($"wrong mount on {repeated}", "another one has the same destination");
        }

        if (FindContradiction(options) is { } contradiction)
        {
            return contradiction;
        }

        ReadOnlySpan<string> command = words[1..];
        return SystemRows.Complete(options with
        {
            Terminal = options.Detached ? options.Terminal == true : options.Terminal,
            Image = words[0],
            Command = [.. command is ["--", ..] ? command[1..] : command],
        });
    }

    private static Refusal? FindContradiction(RunOptions options)
    {
        if (options is { AddedCapabilities: CapabilityWords.All, DroppedCapabilities: CapabilityWords.All })
        {
            return new Refusal("wrong option --cap-add ALL", "--cap-drop takes all of them away", "leave one of the two out");
        }

        if (options is { Keep: not null, OverlayDirectory: not null })
        {
            return new Refusal("wrong option --overlay-dir", "--keep has another place for the same changes", "leave one of the two out");
        }

        if (options.Scratch.Kind == ScratchKind.Tmpfs && (options.Keep ?? options.OverlayDirectory ?? options.Changes ?? options.Commit) is not null)
        {
            return new Refusal("wrong option --scratch tmpfs", "what is in memory is gone with the sandbox, and nothing is left to keep", "leave it out");
        }

        return options is { Nested: true, UserNamespace: UserNamespaceMode.Host }
            ? new Refusal("wrong option --nested", "with --userns host its open /proc and /sys would be the machine's own", "leave --userns host out")
            : SystemRows.FindContradiction(options);
    }
}
