using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>Under the programs that people have their terminals from.</summary>
public class TerminalProgramsTests
{
    [Test]
    public async Task Script_records_the_command_and_its_code()
    {
        using WorkDirectory work = new();
        string words = string.Join(' ', [Repository.Executable, .. Inside.Words(), "sh", "-c", "'tty; exit 6'"]);
        CommandResult result = await Command.Run("script", ["-q", "-e", "-c", words, work.In("typescript")]);
        await Assert.That(result.ExitCode).IsEqualTo(6);
        await Assert.That(await File.ReadAllTextAsync(work.In("typescript"))).Contains("/dev/pts/0");
    }

    /// <summary>A window of tmux is made, typed in, split so that it is smaller, and interrupted.</summary>
    [Test]
    public async Task Tmux_types_resizes_and_interrupts()
    {
        using WorkDirectory work = new();
        string words = string.Join(' ', [Repository.Executable, .. Inside.Words(), "sh", "-i"]);
        await work.Shell($$"""
            mux() { tmux -f /dev/null -S {{work.In("socket")}} "$@"; }
            shows() { n=0; until mux capture-pane -p -t run:0.0 | grep -q "$1"; do n=$((n + 1)); [ $n -lt 2000 ] || { mux capture-pane -p -t run:0.0 >&2; exit 1; }; sleep 0.1; done; }
            mux new-session -d -s run -x 100 -y 30 "{{words}}"
            trap 'mux kill-server' EXIT
            shows '#'
            mux send-keys -t run:0.0 'stty size' Enter
            shows '30 100\|29 100'
            mux split-window -h -t run:0.0 cat
            mux send-keys -t run:0.0 'clear; until stty size | grep -v 100; do sleep 0.1; done' Enter
            shows '^[23]. [45].$'
            mux send-keys -t run:0.0 "echo run''ning >/tmp/up; tail -f /tmp/up" Enter
            shows '^running'
            mux send-keys -t run:0.0 C-c
            mux send-keys -t run:0.0 'echo int''errupted' Enter
            shows '^interrupted'
            """);
    }
}
