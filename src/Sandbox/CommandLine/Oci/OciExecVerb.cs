using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.OciExecOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>exec</c>.</summary>
internal static class OciExecVerb
{
    public static Verb Entry(OciGlobal global) => new Verb<OciExecOptions>
    {
        Name = "exec",
        Topic = OciRows.Topic,
        Summary = "Run a further process in a container",
        Operand = new() { Usage = "ID [COMMAND [ARG...]]", ThenCommand = true, OptionsAfterFirst = true },
        Empty = new OciExecOptions { Operation = "exec", Global = global },
        Options = static () =>
        [
            new("The process", () =>
            [
                Row.Value("process", 'p', "FILE", "The process as the specification describes one; the options after it hold over it.",
                    Words.NotEmpty, (o, v) => o with { Process = v }, ValueKind.File),
                Row.Flag("tty", 't', "Give it a terminal.", (o, v) => o with { Terminal = v }),
                Row.Flag("detach", 'd', "End when it has started.", (o, v) => o with { Detach = v }),
                Row.Value("pid-file", '\0', "FILE", "Write its PID to FILE.", Words.NotEmpty, (o, v) => o with { PidFile = v }, ValueKind.File),
                Row.Value("console-socket", '\0', "SOCKET", "Send the master of its terminal over this unix socket.",
                    Words.NotEmpty, (o, v) => o with { ConsoleSocket = v }, ValueKind.File),
                Row.Value("user", 'u', "UID[:GID]", "Ids inside.", OciWords.User, (o, v) => o with { User = v }),
                Row.Value("additional-gids", 'g', "GID,...", "Further groups.",
                    OciWords.Ids, (o, v) => o with { AdditionalGids = o.AdditionalGids.AddRange(v) }),
                Row.Value("cwd", '\0', "DIR", "Its working directory.", ContainerPath.Read, (o, v) => o with { Cwd = v }),
                Row.Value("env", 'e', "NAME=VALUE", "Set a variable.", OciWords.Variable, (o, v) => o with { Env = o.Env.Add(v) }),
                Row.Value("cap", 'c', "CAPABILITY", "Add a capability.", Words.NotEmpty, (o, v) => CapabilityWords.Read(v) is { Why: null } known
                    ? o with { Capabilities = o.Capabilities | known.Value }
                    : o with { UnknownCapabilities = o.UnknownCapabilities.Add(v) }),
                Row.Flag("no-new-privs", '\0', "Let it gain no privileges.", (o, v) => o with { NoNewPrivileges = v }),
                Row.Value("apparmor", '\0', "PROFILE", "Its AppArmor profile.", Words.NotEmpty, (o, v) => o with { AppArmor = v }),
                Row.Value("process-label", '\0', "LABEL", "Its SELinux context.", Words.NotEmpty, (o, v) => o with { ProcessLabel = v }),
                Row.Value("cgroup", '\0', "PATH", "A cgroup below the container's.", Words.NotEmpty, (o, v) => o with { Cgroup = v }),
                Row.Value("preserve-fds", '\0', "N", "Hand N descriptors on, from 3.", OciWords.Descriptors, (o, v) => o with { PreservedDescriptors = v }),
                Row.Flag("ignore-paused", '\0', "Put it into a paused container too.", (o, v) => o with { IgnorePaused = v }),
                OciRows.NoSubreaper<OciExecOptions>(),
            ]),
            OciRows.Global<OciExecOptions>(),
        ],
        Finish = static (options, words) =>
        {
            Invocation taken = OciRows.TakeId(options, words, out ReadOnlySpan<string> rest);
            return taken is not OciExecOptions exec ? taken
                : rest.IsEmpty && exec.Process is null ? new Refusal("missing COMMAND", "neither a command nor --process says what to run", "'sandbox help oci' explains it")
                : exec with { Command = [.. rest] };
        },
    };
}
