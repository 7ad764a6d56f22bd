using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>Between terminals the command has one of its own, as if it ran without a sandbox; and the caller's is left as it was.</summary>
[Category(Category.Root)]
public class TerminalTests
{
    [Test]
    public async Task The_command_has_a_terminal_of_its_own()
    {
        using TerminalSession session = TerminalSession.Script("tty; cut -d' ' -f6 /proc/self/stat; ps -o stat,args; echo seen >/dev/console; echo too >/dev/tty");
        (string shown, int code) = await session.End();
        await Assert.That(code).IsEqualTo(0);
        await Assert.That(shown).StartsWith("/dev/pts/0\r\n2\r\n");
        await Assert.That(shown).EndsWith("seen\r\ntoo\r\n");
    }

    [Test]
    public async Task Its_console_is_that_terminal()
    {
        using TerminalSession session = TerminalSession.Script("stat -L -c '%t:%T' /dev/console /proc/self/fd/0 | uniq | wc -l");
        await Assert.That((await session.End()).Shown.Trim()).IsEqualTo("1");
    }

    [Test]
    public async Task Another_user_may_open_it_by_its_name()
    {
        using TerminalSession session = TerminalSession.Script("echo named >$(tty); echo out >/dev/stdout; ls -l $(tty) | cut -c1-10", "-u", "nobody");
        await Assert.That((await session.End()).Shown).IsEqualTo("named\r\nout\r\ncrw--w----\r\n");
    }

    [Test]
    public async Task It_speaks_of_colours_as_the_callers()
    {
        using TerminalSession session = TerminalSession.Around("COLORTERM=truecolor NO_COLOR= exec \"$@\"", [], "sh", "-c", "echo $TERM $COLORTERM ${NO_COLOR-unset}");
        await Assert.That((await session.End()).Shown).IsEqualTo("vt220 truecolor unset\r\n");
    }

    [Test]
    [Arguments(0)]
    [Arguments(7)]
    public async Task The_exit_code_is_the_commands(int code)
    {
        using TerminalSession session = TerminalSession.Script($"exit {code}");
        await Assert.That((await session.End()).ExitCode).IsEqualTo(code);
    }

    [Test]
    public async Task The_last_words_of_a_command_are_shown_whole()
    {
        using TerminalSession session = TerminalSession.Script("seq 1 100000; printf last");
        string shown = (await session.End()).Shown;
        await Assert.That(shown).EndsWith("100000\r\nlast");
        await Assert.That(shown.Split('\n').Length).IsEqualTo(100001);
    }

    [Test]
    public async Task The_size_of_the_window_is_followed()
    {
        using TerminalSession session = TerminalSession.Script("stty size; trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.01; done");
        await session.Expect("24 80\r\n");
        await session.Expect("ready");
        session.Resize(50, 132);
        await session.Expect("50 132\r\n");
        await Assert.That((await session.End()).ExitCode).IsEqualTo(0);
    }

    /// <summary>
    /// Ctrl-C is the inner terminal's to make a signal of: it goes to who is in the foreground there. That one says itself that it is there:
    /// a shell loses the signal between its last word and its exec.
    /// </summary>
    [Test]
    public async Task Interrupts_reach_the_foreground()
    {
        using TerminalSession session = TerminalSession.Script("trap 'echo interrupted' INT; echo ready >/tmp/up; tail -f /tmp/up; echo $?");
        await session.Expect("ready");
        session.Type("\x03");
        await Assert.That(await session.Expect("130")).Contains("interrupted");
    }

    /// <summary>An editor reads keys, not lines: Ctrl-C, Ctrl-Z, Ctrl-S and Return arrive as what they are.</summary>
    [Test]
    public async Task In_raw_mode_every_key_arrives_as_it_is()
    {
        using TerminalSession session = TerminalSession.Script("stty raw -echo; printf ready; dd bs=1 count=6 2>/dev/null | od -An -tx1");
        await session.Expect("ready");
        session.Type("\x03\x1a\x13\x11\r\x7f");
        await session.Expect("03 1a 13 11 0d 7f");
    }

    [Test]
    public async Task Keys_that_were_typed_ahead_are_not_lost()
    {
        using TerminalSession session = TerminalSession.Script("read -r line; echo got $line");
        session.Type("early\n");
        await session.Expect("got early");
    }

    [Test]
    [Arguments("sh")]
    [Arguments("bash")]
    public async Task A_shell_controls_jobs(string shell)
    {
        string image = Repository.In("artifacts", "images", shell == "bash" ? "debian.tar" : "demo.tar");
        using TerminalSession session = TerminalSession.Start(
            [Repository.Executable, "run", "-q", "--root", Inside.Store, "-e", "PS1=> ", image, "--", shell, .. shell == "bash" ? "--norc -i".Split(' ') : ["-i"]]);
        await session.Expect("> ");

        // What is typed is shown too: the quotes tell it from what the job writes once it is in the foreground.
        session.Type("echo run\"\"ning >/tmp/up; tail -f /tmp/up\n");
        await session.Expect("running");
        session.Type("\x03");
        await session.Expect("> ");
        session.Type("sh -c 'echo read\"\"ing; while read -r line; do echo got-$line; done'\n");
        await session.Expect("reading");
        session.Type("\x1a");
        await session.Expect("Stopped");
        await session.Expect("> ");
        session.Type("fg\n");
        session.Type("through\n");
        await session.Expect("got-through");
        session.Type("\x1a");
        await session.Expect("Stopped");

        // In the background the job stops again, at its next read: a shell leaves a stopped one at the second word only.
        session.Type("bg; jobs; kill %1; exit 5; exit 5\n");
        (string shown, int code) = await session.End();
        await Assert.That(code).IsEqualTo(5).Because(shown);
        await Assert.That(shown).DoesNotContain("can't access tty").And.DoesNotContain("no job control");
    }

    [Test]
    public async Task Where_the_window_is_closed_the_command_is_hung_up()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -m 777 out");
        using TerminalSession session = TerminalSession.Script("trap 'echo hung up >/out/mark; exit' HUP; echo ready; while :; do sleep 0.01; done", "-v", work.In("out") + ":/out");
        await session.Expect("ready");
        session.Close();
        await session.End();
        await Assert.That(await File.ReadAllTextAsync(work.In("out/mark"))).IsEqualTo("hung up\n");
    }

    /// <summary>As with nohup(1): no signal ends it, and reading comes to an end.</summary>
    [Test]
    public async Task A_command_that_ignores_the_hang_up_goes_on_without_a_terminal()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -m 777 out");
        using TerminalSession session = TerminalSession.Script("trap '' HUP; echo ready; while read -r line; do :; done; echo gone on >/out/mark", "-v", work.In("out") + ":/out");
        await session.Expect("ready");
        session.Close();
        await session.End();
        await Assert.That(await File.ReadAllTextAsync(work.In("out/mark"))).IsEqualTo("gone on\n");
    }

    /// <summary>Whoever has what is inside writes to its own terminal: of the caller's there is no descriptor.</summary>
    [Test]
    public async Task Nothing_can_be_typed_into_the_callers_terminal()
    {
        // The image has no program for ioctl: a C program of the test's is brought along.
        using WorkDirectory work = new();
        await File.WriteAllTextAsync(work.In("type.c"), """
            #include <fcntl.h>
            #include <stdio.h>
            #include <sys/ioctl.h>
            #include <unistd.h>
            int main(void) {
                ioctl(0, TIOCSCTTY, 1);
                char command[] = "x";
                int low = ioctl(0, TIOCSTI, command), high = ioctl(0, TIOCSTI | 0x100000000UL, command), linux_ = ioctl(0, TIOCLINUX, "\2");
                printf("%d %d %d %d\n", low, high, linux_, getsid(0) == getpid());
            }
            """);
        await work.Shell("gcc -w -static -o type type.c");
        foreach (string option in (string[])["-t", "-T"])
        {
            using TerminalSession session = TerminalSession.Sandbox([option, "-v", work.In("type") + ":/type:ro"], "/type");
            await Assert.That((await session.End()).Shown).IsEqualTo("-1 -1 -1 1\r\n");
        }
    }
}
