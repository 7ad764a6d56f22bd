using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>The caller's terminal is the caller's: it is as it was when sandbox ends, is stopped, or never came to run anything.</summary>
[Category(Category.Root)]
public class CallersTerminalTests
{
    /// <summary>Tells the launcher's PID, runs it, and compares the terminal's modes with what they were.</summary>
    private const string Compared = """
        before=$(stty -g)
        sh -c 'echo launcher $$ .; exec "$0" "$@"' "$@"
        code=$?
        [ "$before" = "$(stty -g)" ] && echo "restored after $code" || echo "spoiled after $code"
        """;

    /// <summary>Tells that it is up in the process that then waits: a shell of busybox loses a SIGQUIT between its last word and its exec.</summary>
    private const string Waiting = "echo up >/tmp/up; exec tail -f /tmp/up";

    [Test]
    [Arguments("exit 7", 7)]
    [Arguments("kill -9 $$", 137)]
    [Arguments("stty raw -echo; exit 3", 3)]
    public async Task At_the_end_of_the_command(string script, int code)
    {
        using TerminalSession session = TerminalSession.Around(Compared, [], "sh", "-c", script);
        await session.Expect($"restored after {code}");
    }

    [Test]
    public async Task When_the_command_cannot_be_started()
    {
        using TerminalSession session = TerminalSession.Around(Compared, [], "/not/there");
        await Assert.That(await session.Expect("restored after 127")).Contains("cannot run /not/there");
    }

    [Test]
    public async Task When_a_late_step_of_the_launch_fails()
    {
        using TerminalSession session = TerminalSession.Around(Compared, ["--ulimit", "nofile=3000000000"], "true");
        await session.Expect("restored after 125");
    }

    [Test]
    [Arguments((int)Signal.SIGTERM, 143)]
    [Arguments((int)Signal.SIGHUP, 129)]
    [Arguments((int)Signal.SIGQUIT, 131)]
    [Arguments((int)Signal.SIGSEGV, 139)]
    [Arguments((int)Signal.SIGABRT, 134)]
    public async Task When_a_signal_ends_it(int signal, int code)
    {
        using TerminalSession session = TerminalSession.Around(Compared, [], "sh", "-c", Waiting);
        int launcher = await session.ExpectNumber("launcher ", " .");
        await session.Expect("up");
        await session.BecomesRaw();
        Libc.kill(launcher, (Signal)signal);
        await session.Expect($"restored after {code}");
    }

    [Test]
    public async Task When_time_is_up()
    {
        using TerminalSession session = TerminalSession.Around(Compared, ["--timeout", "0.5"], "sleep", "1000");
        await session.Expect("restored after 124");
    }

    /// <summary>PID 1 is beyond the reach of its own command, but not of the host's root or user.</summary>
    [Test]
    public async Task When_PID_1_is_killed_from_outside()
    {
        using TerminalSession session = TerminalSession.Around(Compared, [], "sh", "-c", Waiting);
        int launcher = await session.ExpectNumber("launcher ", " .");
        await session.Expect("up");
        await session.BecomesRaw();
        Libc.kill(RunningSandbox.InitOf(launcher), Signal.SIGKILL);
        await session.Expect("restored after 137");
    }

    /// <summary>
    /// Whoever stops the launcher from another window gets a shell that can be typed in; brought back, the command goes on.
    /// SIGSTOP leaves the launcher no time: the shell has to care for its terminal itself.
    /// </summary>
    [Test]
    [Arguments((int)Signal.SIGTSTP, "restored")]
    [Arguments((int)Signal.SIGSTOP, "spoiled")]
    public async Task While_it_is_stopped(int signal, string terminal)
    {
        using TerminalSession session = TerminalSession.Around(
            """
            set -m
            before=$(stty -g)
            compared() { [ "$before" = "$(stty -g)" ] && echo restored || echo spoiled; }
            sh -c 'echo launcher $$ .; exec "$0" "$@"' "$@"
            echo stopped $? $(compared) .
            stty "$before"
            fg >/dev/null
            echo code $? $(compared)
            """,
            [], "sh", "-c", "echo up; while read -r line; do echo got $line; [ $line = end ] && exit 4; done");
        int launcher = await session.ExpectNumber("launcher ", " .");
        await session.Expect("up");
        await session.BecomesRaw();
        Libc.kill(launcher, (Signal)signal);
        await session.Expect($"stopped 147 {terminal} .");
        await session.BecomesRaw();
        session.Type("on\nend\n");
        await session.Expect("got on");
        await session.Expect("got end");
        await session.Expect("code 4 restored");
    }

    /// <summary>A job in the background writes, but leaves the keyboard to the shell until it is brought to the front.</summary>
    [Test]
    public async Task While_it_runs_in_the_background()
    {
        using TerminalSession session = TerminalSession.Around(
            "set -m; \"$@\" & read -r line; echo the shell got $line; fg >/dev/null; echo code $?", [],
            "sh", "-c", "echo up; read -r line; echo the command got $line");
        await session.Expect("up");
        await Assert.That(await session.IsRaw()).IsFalse();
        session.Type("one\n");
        await session.Expect("the shell got one");
        await session.BecomesRaw();
        session.Type("two\n");
        await session.Expect("the command got two");
        await session.Expect("code 0");
    }

    /// <summary>A shell that edits its line has the terminal in modes that are no command's.</summary>
    [Test]
    public async Task What_begins_in_the_background_does_not_take_over_the_shells_modes()
    {
        using TerminalSession session = TerminalSession.Around(
            "set -m; stty -icanon -echo; \"$@\" & wait", [], "sh", "-c", "stty -a | tr ' ;' '\n\n' | grep -x -e '-*icanon' -e '-*echo'");

        // The shell's terminal, which nobody made raw, adds a carriage return of its own.
        await Assert.That((await session.End()).Shown.Replace("\r", "", StringComparison.Ordinal)).StartsWith("icanon\necho\n");
    }

    [Test]
    public async Task Without_a_terminal_for_input_there_is_none_inside()
    {
        using TerminalSession session = TerminalSession.Around("echo hi | \"$@\"", [], "sh", "-c", "cat; test -t 0 || echo no terminal; test -t 1 && echo shown");
        await Assert.That((await session.End()).Shown).IsEqualTo("hi\r\nno terminal\r\nshown\r\n");
    }

    [Test]
    public async Task Without_a_terminal_for_output_there_is_none_inside()
    {
        using TerminalSession session = TerminalSession.Around("\"$@\" | tr a-z A-Z", [], "sh", "-c", "test -t 0 && echo typed; test -t 1 || echo piped; read -r line; echo $line");

        // The terminal shows what is typed at once, which is not to come between the command's lines.
        await session.Expect("TYPED\r\nPIPED\r\n");
        session.Type("key\n");
        await Assert.That((await session.End()).Shown).EndsWith("KEY\r\n");
    }

    /// <summary>As docker run -i: Ctrl-C is a signal of the caller's terminal, and it reaches the command all the same.</summary>
    [Test]
    public async Task Without_a_terminal_of_its_own_the_command_is_interrupted_by_the_launcher()
    {
        using TerminalSession session = TerminalSession.Script("trap 'echo interrupted; exit 8' INT; echo ready; while :; do sleep 0.01; done", "-T");
        await session.Expect("ready");
        await Assert.That(await session.IsRaw()).IsFalse();
        session.Type("\x03");
        await session.Expect("interrupted");
        await Assert.That((await session.End()).ExitCode).IsEqualTo(8);
    }

    [Test]
    public async Task A_terminal_that_is_refused_is_not_there()
    {
        using TerminalSession session = TerminalSession.Script("test -e /dev/console || echo none; cut -d' ' -f7 /proc/self/stat; ls /dev/pts", "-T");
        await Assert.That((await session.End()).Shown).IsEqualTo("none\r\n0\r\nptmx\r\n");
    }

    /// <summary>With -t a program sees a terminal whatever is outside; where the input ends, so does what is typed.</summary>
    [Test]
    [Arguments("printf 'line\\n'")]
    [Arguments("printf line")]
    public async Task A_terminal_that_is_forced_ends_with_its_input(string input)
    {
        CommandResult result = await Inside.Host($"{input} | \"$@\" | cat", ["-t"], "sh", "-c", "stty -echo; test -t 0 && test -t 1 && echo terminal; cat; echo ended");
        await Assert.That(result.Output).EndsWith("ended\r\n");
        await Assert.That(result.Output).Contains("terminal\r\n").And.Contains("line");
    }

    /// <summary>A log of errors has errors in it, and nothing else.</summary>
    [Test]
    public async Task Errors_that_go_to_a_file_go_there()
    {
        using WorkDirectory work = new();
        using TerminalSession session = TerminalSession.Around($"\"$@\" 2>{work.In("errors")}", [], "sh", "-c", "echo shown; echo wrong >&2; test -t 2 || echo file");
        await Assert.That((await session.End()).Shown).IsEqualTo("shown\r\nfile\r\n");
        await Assert.That(await File.ReadAllTextAsync(work.In("errors"))).IsEqualTo("wrong\n");
    }

    /// <summary>A reader that has seen enough, as head(1), is a terminal that was hung up.</summary>
    [Test]
    public async Task Output_that_nobody_takes_ends_the_command() =>
        await Assert.That((await Inside.Host("\"$@\" </dev/null | head -n 1", ["-t"], "yes")).Output).IsEqualTo("y\r\n");
}
