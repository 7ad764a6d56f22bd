using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.ExecOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox exec</c>.</summary>
internal static class ExecVerb
{
    public static Verb Entry => new Verb<ExecOptions>
    {
        Name = "exec",
        Summary = "Run another command in a sandbox that runs",
        Description =
        [
            "It has the namespaces, the limits, the capabilities and the filter on system calls of the sandbox, and its variables and working directory unless options say otherwise. " +
            "It ends with the sandbox, and, without -d, with the process that was started here. " + SandboxRows.OfNames,
        ],
        Operand = new() { Usage = "NAME [--] COMMAND [ARG...]", Kind = ValueKind.RunningSandbox, ThenCommand = true },
        Examples = [new("Look around in a sandbox", "sandbox exec -it web /bin/sh"), new("Read a file of it", "sandbox exec web cat /etc/hostname"), new("Start something beside it", "sandbox exec -d web /usr/sbin/cron")],
        Empty = new ExecOptions(),
        Options = static () =>
        [
            new("The command", () =>
            [
                Row.Flag("detach", 'd', "Return when it is executed. It reads nothing and has no terminal, whatever -i and -t say; what it writes is kept nowhere, and its exit code neither.", (o, v) => o with { Detached = v }),
                Row.Flag("interactive", 'i', "Let it read standard input; without this and -t it has nothing to read.", (o, v) => o with { Interactive = v }),
                Row.Flag("tty", 't', "Give it a terminal of its own.", (o, v) => o with { Terminal = v }),
                Row.Value("user", 'u', "USER[:GROUP]", "Run as this user, a name of the image or an id.", Words.User, (o, v) => o with { User = v }),
                Row.Value("workdir", 'w', "DIR", "Start in DIR.", ContainerPath.Read, (o, v) => o with { WorkingDirectory = v }),
                Row.Value("env", 'e', "NAME[=VALUE]", "Set a variable; without a value, to what it is here.",
                    Words.Environment, (o, v) => o with { Environment = o.Environment.Add(v) }),
                Row.Value("env-file", '\0', "FILE", "Set the variables that FILE lists, one NAME=VALUE or NAME a line.",
                    Words.NotEmpty, (o, v) => o with { EnvironmentFiles = o.EnvironmentFiles.Add(v) }, ValueKind.File),
            ]),
            CommonOptions.Of<ExecOptions>(),
        ],
        Finish = Finish,
    };

    private static Invocation Finish(ExecOptions options, ReadOnlySpan<string> words)
    {
        if (words.IsEmpty)
        {
            return SandboxRows.Take("exec", options, words);
        }

        if (options.Detached)
        {
            // 'docker exec -dit' is what fingers write. Nobody is there to type, and a terminal would hang up at once.
            options = options with { Interactive = false, Terminal = false };
        }

        ReadOnlySpan<string> command = words[1..] is ["--", ..] ? words[2..] : words[1..];
        return command.IsEmpty
            ? new Refusal("missing COMMAND", "'sandbox exec' needs a command", $"sandbox exec -it {words[0]} /bin/sh")
            : options with { Names = [words[0]], Command = [.. command] };
    }
}
