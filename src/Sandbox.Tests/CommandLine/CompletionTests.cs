using System.Text;
using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>The real shells complete what the table offers.</summary>
public class CompletionTests
{
    [Test]
    [Arguments("run", "sandbox", "ru")]
    [Arguments("--root|--quiet|-q|--help|--version", "sandbox", "-")]
    [Arguments("run", "sandbox", "--root", "/tmp", "ru")]
    [Arguments("--userns|--user", "sandbox", "run", "--use")]
    [Arguments("auto|single|host", "sandbox", "run", "--userns", "")]
    [Arguments("single", "sandbox", "run", "--userns", "=", "s")]
    [Arguments("auto|single|host", "sandbox", "run", "--userns", "=")]
    [Arguments("NET_BIND_SERVICE|NET_BROADCAST|NET_ADMIN|NET_RAW", "sandbox", "run", "--cap-add", "NET")]
    [Arguments("ALL|AUDIT_WRITE|AUDIT_CONTROL|AUDIT_READ", "sandbox", "run", "--cap-drop", "=", "A")]
    [Arguments("TERM|TRAP|TSTP|TTIN|TTOU", "sandbox", "kill", "-s", "T")]
    [Arguments("HUP", "sandbox", "run", "--stop-signal", "H")]
    [Arguments("nice=|nofile=|nproc=", "sandbox", "run", "--ulimit", "n")]
    [Arguments("unconfined", "sandbox", "run", "--seccomp", "u")]
    [Arguments("bind,|tmpfs,", "sandbox", "run", "--mount", "type", "=")]
    [Arguments("tmpfs,", "sandbox", "run", "--mount", "=", "type", "=", "t")]
    [Arguments("", "sandbox", "run", "--ulimit", "nofile", "=", "")]
    [Arguments("", "sandbox", "run", "--mount", "type", "=", "bind,source", "=", "a")]
    [Arguments("a file.tar|alone", "sandbox", "run", "--ulimit", "nofile", "=", "64", "a")]
    [Arguments("a file.tar|alone", "sandbox", "run", "--seccomp", "a")]
    [Arguments("none|host", "sandbox", "run", "-q", "-e", "A", "=", "b", "--network", "")]
    [Arguments("run|ps|exec|logs|stop|start|kill|pause|resume|update|wait|rm|stats|load|images|inspect|tag|rmi|prune|save|bundle|verify|check|seccomp|oci|machine|poweroff|reboot|halt|help|completion", "sandbox", "help", "")]
    [Arguments("bash|zsh", "sandbox", "completion", "")]
    [Arguments("poweroff", "sandbox", "machine", "po")]
    [Arguments("default", "sandbox", "seccomp", "def")]
    [Arguments("create", "sandbox", "oci", "cr")]
    [Arguments("alone", "sandbox", "oci", "run", "al")]
    [Arguments("", "sandbox", "oci", "run", "cr")]
    [Arguments("a file.tar|alone", "sandbox", "run", "-e", "A=b", "a")]
    [Arguments("a file.tar|alone", "sandbox", "run", "--", "a")]
    [Arguments("alone", "sandbox", "run", "--root", "a")]
    [Arguments("", "sandbox", "run", "--hostname", "a")]
    [Arguments("", "sandbox", "run", "image", "--use")]
    [Arguments("alone", "sandbox", "run", "image", "cat", "al")]
    [Arguments("web|worker", "sandbox", "exec", "-i", "w")]
    [Arguments("alone", "sandbox", "exec", "web", "al")]
    [Arguments("web|worker", "sandbox", "stop", "web", "")]
    [Arguments("web|worker|was", "sandbox", "rm", "w")]
    [Arguments("web|worker|was", "sandbox", "wait", "")]
    [Arguments("web|worker|was|img:new|img:old", "sandbox", "inspect", "")]
    [Arguments("img:new|img:old", "sandbox", "rmi", "img:new", "i")]
    [Arguments("alone", "sandbox", "run", "al")]
    [Arguments("img:new|img:old", "sandbox", "run", "im")]
    [Arguments("new", "sandbox", "run", "img", ":", "n")]
    [Arguments("new|old", "sandbox", "rmi", "img", ":")]
    [Arguments("far", "sandbox", "--root", "/far", "logs", "")]
    [Arguments("far", "sandbox", "rm", "--root", "=", "/far", "")]
    [Arguments("", "sandbox", "--root", "/broken", "logs", "")]
    [Arguments("", "sandbox", "save", "--root", "/broken", "")]
    public async Task Bash(string offered, params string[] words)
    {
        string directory = Files();
        string script = $"{BashCompletion.Write()}\nCOMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _sandbox; printf '%s\\n' \"${{COMPREPLY[@]}}\"";
        CommandResult bash = await Command.Run("bash", ["--norc", "-c", script, "bash", .. words], directory: directory, environment: WithNames(directory));
        Directory.Delete(directory, recursive: true);
        await Assert.That(bash.Error).IsEqualTo("");
        await Assert.That(bash.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .IsEquivalentTo(offered.Split('|', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Typed at a prompt of a shell on a terminal of its own: a word with a tabulator after it becomes the whole word.</summary>
    [Test]
    [Arguments("bash", "sandbox comp\t", "sandbox completion ")]
    [Arguments("bash", "sandbox run --read\t", "sandbox run --read-only ")]
    [Arguments("bash", "sandbox run --userns=si\t", "sandbox run --userns=single ")]
    [Arguments("bash", "sandbox run --root al\t", "sandbox run --root alone/")]
    [Arguments("bash", "sandbox run -v .:/x -e A=b --userns si\t", "sandbox run -v .:/x -e A=b --userns single ")]
    [Arguments("bash", "sandbox run a\\ \t", "sandbox run a\\ file.tar ")]
    [Arguments("bash", "sandbox exec -i we\t", "sandbox exec -i web ")]
    [Arguments("bash", "sandbox rm -f web wo\t", "sandbox rm -f web worker ")]
    [Arguments("bash", "sandbox run im\t", "sandbox run img:")]
    [Arguments("bash", "sandbox run -i img:n\t", "sandbox run -i img:new ")]
    [Arguments("bash", "sandbox --root /broken rm we\t", "sandbox --root /broken rm we")]
    [Arguments("bash", "sandbox run --cap-add NET_A\t", "sandbox run --cap-add NET_ADMIN ")]
    [Arguments("bash", "sandbox run --ulimit nof\t", "sandbox run --ulimit nofile=")]
    [Arguments("bash", "sandbox run --mount type=t\t", "sandbox run --mount type=tmpfs,")]
    [Arguments("bash", "sandbox run --seccomp unc\t", "sandbox run --seccomp unconfined ")]
    [Arguments("zsh", "sandbox run --cap-add NET_A\t", "sandbox run --cap-add NET_ADMIN ")]
    [Arguments("zsh", "sandbox run --cap-drop=SETF\t", "sandbox run --cap-drop=SETFCAP ")]
    [Arguments("zsh", "sandbox kill -s WIN\t", "sandbox kill -s WINCH ")]
    [Arguments("zsh", "sandbox run --ulimit nof\t", "sandbox run --ulimit nofile=")]
    [Arguments("zsh", "sandbox run --ulimit nofile=64 --tcp-ports con\t", "sandbox run --ulimit nofile=64 --tcp-ports connect=")]
    [Arguments("zsh", "sandbox run --mount type=t\t", "sandbox run --mount type=tmpfs,")]
    [Arguments("zsh", "sandbox run --seccomp unc\t", "sandbox run --seccomp unconfined ")]
    [Arguments("zsh", "sandbox run --seccomp al\t", "sandbox run --seccomp alone/")]
    [Arguments("zsh", "sandbox exec -i we\t", "sandbox exec -i web ")]
    [Arguments("zsh", "sandbox rm -f web wo\t", "sandbox rm -f web worker ")]
    [Arguments("zsh", "sandbox rm wa\t", "sandbox rm was ")]
    [Arguments("zsh", "sandbox stop wa\t", "sandbox stop wa")]
    [Arguments("zsh", "sandbox run img:n\t", "sandbox run img:new ")]
    [Arguments("zsh", "sandbox inspect im\t", "sandbox inspect img:")]
    [Arguments("zsh", "sandbox --root /far stop f\t", "sandbox --root /far stop far ")]
    [Arguments("zsh", "sandbox logs --root=/far f\t", "sandbox logs --root=/far far ")]
    [Arguments("zsh", "sandbox --root /broken rm we\t", "sandbox --root /broken rm we")]
    [Arguments("zsh", "sandbox comp\t", "sandbox completion ")]
    [Arguments("zsh", "sandbox run --read\t", "sandbox run --read-only ")]
    [Arguments("zsh", "sandbox run --userns=si\t", "sandbox run --userns=single ")]
    [Arguments("zsh", "sandbox run --userns si\t", "sandbox run --userns single ")]
    [Arguments("zsh", "sandbox --quiet run -q --network ho\t", "sandbox --quiet run -q --network host ")]
    [Arguments("zsh", "sandbox run --root al\t", "sandbox run --root alone/")]
    [Arguments("zsh", "sandbox run al\t", "sandbox run alone/")]
    [Arguments("zsh", "sandbox run image cat al\t", "sandbox run image cat alone/")]
    [Arguments("zsh", "sandbox run --init=f\t", "sandbox run --init=false ")]
    [Arguments("zsh", "sandbox machine powe\t", "sandbox machine poweroff ")]
    [Arguments("zsh", "sandbox seccomp def\t", "sandbox seccomp default ")]
    [Arguments("zsh", "sandbox oci run al\t", "sandbox oci run alone/")]
    [Arguments("zsh", "sandbox help comp\t", "sandbox help completion ")]
    public async Task At_the_prompt(string shell, string typed, string whole)
    {
        string directory = Files();
        await File.WriteAllTextAsync(Path.Combine(directory, ".complete"), shell == "bash" ? BashCompletion.Write() : ZshCompletion.Write());
        await File.WriteAllTextAsync(Path.Combine(directory, ".driver"), Driver);
        CommandResult driver = await Command.Run("zsh", ["-f", ".driver", shell, typed], directory: directory, environment: WithNames(directory));
        string seen = Path.Combine(directory, ".seen");
        string line = File.Exists(seen) ? await File.ReadAllTextAsync(seen) : driver.Output;
        Directory.Delete(directory, recursive: true);
        await Assert.That(driver.Error).IsEqualTo("");
        await Assert.That(line).IsEqualTo($"{whole}|");
    }

    /// <summary>
    /// Gives a shell a terminal, waits for its prompt, types, and has a key write down the line as it then is. The
    /// prompt is written in a way that its echo does not look like.
    /// </summary>
    private const string Driver = """
        zmodload zsh/zpty
        if [[ $1 == bash ]]; then
            zpty shell bash --norc --noprofile -i
            key="bind -x '\"\\C-t\": printf \"%s|\" \"\$READLINE_LINE\" >.seen; exit'"
        else
            zpty shell zsh -f -i
            key='seen() { print -rn -- "$BUFFER|" >.seen; exit }; zle -N seen; bindkey "^T" seen'
        fi
        zpty -w shell "source ./.complete; $key; PS1='re''ady>'"
        zpty -r -m shell answer '*ready>*'
        zpty -w -n shell "$2"$'\x14'
        while zpty -r shell answer; do :; done
        """;

    /// <summary>Answers in the place of sandbox when the shells ask for names.</summary>
    private const string Answers = """
        #!/bin/sh
        case "$*" in
        "ps -a --names") printf 'web\nworker\nwas\n' ;;
        "ps --names") printf 'web\nworker\n' ;;
        "images --names") printf 'img:new\nimg:old\n' ;;
        "--root /far ps -a --names" | "--root /far ps --names") echo far ;;
        *) echo "failed: $*"  >&2; exit 125 ;;
        esac
        """;

    private static Dictionary<string, string?> WithNames(string directory) => new() { ["PATH"] = $"{Path.Combine(directory, ".bin")}:{Environment.GetEnvironmentVariable("PATH")}" };

    private static string Files()
    {
        string directory = Directory.CreateTempSubdirectory("sandbox-completion-").FullName;
        File.WriteAllText(Path.Combine(directory, "a file.tar"), "");
        Directory.CreateDirectory(Path.Combine(directory, "alone"));
        string sandbox = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, ".bin")).FullName, "sandbox");
        File.WriteAllText(sandbox, Answers);
        File.SetUnixFileMode(sandbox, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return directory;
    }
}
