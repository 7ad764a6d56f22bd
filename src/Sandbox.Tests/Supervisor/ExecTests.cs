using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.State;
using Sandbox.Supervisor;
using Sandbox.Syscalls;
using Sandbox.Tests.Escapes;
using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Supervisor;

/// <summary>A command that joins a sandbox is confined as its first one is, and ends with it.</summary>
[Category(Category.Root)]
public class ExecTests
{
    [Test]
    public async Task It_is_in_all_namespaces_of_the_sandbox()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartPrepared("for n in /proc/self/ns/*; do readlink $n; done >/tmp/ns", "sleep 1000");
        await Assert.That(await sandbox.Print("for n in /proc/self/ns/*; do readlink $n; done | cmp - /tmp/ns && echo same")).IsEqualTo("same");
        await Assert.That(await sandbox.Print("test -d /proc/$$ && hostname")).IsEqualTo("sandbox");
    }

    [Test]
    [Arguments("")]
    [Arguments("--read-only")]
    [Arguments("--cap-drop ALL --cap-add KILL")]
    [Arguments("--security-opt no-new-privileges=false")]
    [Arguments("-u nobody")]
    [Arguments("--userns single", "user")]
    [Arguments("--userns host", "root")]
    [Arguments("--seccomp unconfined")]
    [Arguments("--ulimit nofile=100:200")]
    [Arguments("--network host")]
    [Arguments("--cap-add SYS_RESOURCE")]
    public async Task It_has_the_rights_of_the_first_command_and_no_more(string options, string who = "")
    {
        if (who.Length > 0 && (who == "root") != (Libc.geteuid() == 0))
        {
            return;
        }

        const string rights = "grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:)' /proc/self/status; cat /proc/self/limits; umask; cat /proc/self/uid_map; pwd";
        await using DetachedSandbox sandbox = await DetachedSandbox.StartPrepared($"({rights}) >/dev/shm/first", "sleep 1000", options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        await Assert.That(await sandbox.Print($"[ \"$({rights})\" = \"$(cat /dev/shm/first)\" ] && echo same")).IsEqualTo("same");
    }

    [Test]
    public async Task Its_filter_is_the_one_of_the_profile_even_when_the_file_has_changed()
    {
        using Rootfs.WorkDirectory work = new();
        await File.WriteAllTextAsync(work.In("profile"), """{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95 }] }""");
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000", "--seccomp", work.In("profile"));
        await File.WriteAllTextAsync(work.In("profile"), """{ "defaultAction": "SCMP_ACT_ALLOW" }""");
        CommandResult result = await sandbox.Exec("mkdir /tmp/x");
        await Assert.That(result.Error).Contains("not supported");
    }

    [Test]
    public async Task It_has_the_variables_of_the_sandbox_and_its_own()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000", "-e", "A=1", "-e", "B=2", "-w", "/work");
        await Assert.That(await sandbox.Print("echo $A $B $C; pwd", "-e", "B=3", "-e", "C=4")).IsEqualTo("1 3 4\n/work");
        await Assert.That(await sandbox.Print("pwd", "-w", "/etc")).IsEqualTo("/etc");
        CommandResult missing = await sandbox.Exec("pwd", "-w", "/missing");
        await Assert.That(missing.ExitCode).IsEqualTo(125);
        await Assert.That(missing.Error).Contains("the sandbox has no such directory");
    }

    [Test]
    public async Task Variables_come_from_files_too_and_are_read_once()
    {
        using WorkDirectory work = new();
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000", "-e", "A=1");
        await work.Shell("printf 'A=2\\nB=2\\nC=2\\n' >one; printf 'C=3\\n' >two");
        string[] files = ["--env-file", work.In("one"), "--env-file", work.In("two"), "-e", "B=4"];
        await Assert.That(await sandbox.Print("echo $A $B $C", files)).IsEqualTo("2 4 3");
        await Assert.That(await sandbox.Print("echo $A $B $C", ["-u", "7", .. files])).IsEqualTo("2 4 3");
    }

    [Test]
    public async Task Its_words_are_the_bytes_that_they_were()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("sleep 1000");
        CommandResult result = await Command.Run("bash", [
            "-c", "HAD=$'c\\xe2' \"$0\" exec --root \"$1\" -e SET=$'\\xffb' -e HAD \"$2\" sh -c 'printf \"%s\\n\" \"$1\" \"$SET\" \"$HAD\" | od -An -tx1' sh $'\\xc3a'",
            Repository.Executable, Inside.Store, sandbox.Name]);
        await Assert.That((result.Output, result.Error)).IsEqualTo((" c3 61 0a ff 62 0a 63 e2 0a\n", ""));
    }

    [Test]
    public async Task It_runs_as_a_user_of_the_image_with_no_capability()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        await Assert.That(await sandbox.Print("id -un; echo $HOME; grep CapEff /proc/self/status", "-u", "nobody")).Contains("nobody").And.Contains("0000000000000000");
        await Assert.That((await sandbox.Exec("true", "-u", "nosuch")).Error).Contains("cannot run as user nosuch");
    }

    [Test]
    [Arguments("exit 7", 7)]
    [Arguments("kill -9 $$", 137)]
    public async Task Its_exit_code_is_the_commands(string script, int code)
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        await Assert.That((await sandbox.Exec(script)).ExitCode).IsEqualTo(code);
    }

    [Test]
    [Arguments("/missing", 127)]
    [Arguments("/etc/passwd", 126)]
    [Arguments("/missing", 127, "--detach")]
    [Arguments("/etc/passwd", 126, "--detach")]
    public async Task A_command_that_cannot_be_executed_is_told_as_run_does(string command, int code, params string[] options)
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await Command.Sandbox(["exec", "--root", Inside.Store, .. options, sandbox.Name, command]);
        await Assert.That(result.ExitCode).IsEqualTo(code);
        await Assert.That(result.Error).StartsWith($"sandbox: cannot run {command}");
    }

    [Test]
    public async Task It_reads_nothing_unless_it_is_to()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        string[] words = ["exec", "--root", Inside.Store, sandbox.Name, "cat"];
        await Assert.That((await Command.Run(Repository.Executable, words, "typed"u8.ToArray())).Output).IsEqualTo("");
        await Assert.That((await Command.Run(Repository.Executable, [words[0], "-i", .. words[1..]], "typed"u8.ToArray())).Output).IsEqualTo("typed");
    }

    [Test]
    public async Task With_a_terminal_it_has_one_of_the_sandboxs()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        using TerminalSession session = TerminalSession.Start(
            [Repository.Executable, "exec", "-it", "--root", Inside.Store, sandbox.Name, "sh", "-c", "tty; test -t 0 && test -t 1 && echo both; read -r line; echo got $line"]);
        await session.Expect("/dev/pts/0");
        await session.Expect("both");
        session.Type("typed\n");
        await session.Expect("got typed");
    }

    [Test]
    public async Task Its_terminal_is_as_large_and_as_colourful_as_the_callers()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        using TerminalSession session = TerminalSession.Start(
            ["env", "COLORTERM=truecolor", Repository.Executable, "exec", "-it", "--root", Inside.Store, sandbox.Name, "sh", "-c", "stty size; echo $TERM $COLORTERM; trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.01; done"]);
        await session.Expect("24 80\r\nvt220 truecolor\r\nready");
        session.Resize(50, 132);
        await session.Expect("50 132\r\n");
    }

    [Test]
    public async Task No_descriptor_but_the_standard_ones_reaches_it()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await Command.Run("bash", ["-c", "exec 9</; exec \"$@\"", "bash", Repository.Executable, "exec", "--root", Inside.Store, sandbox.Name, "ls", "/proc/self/fd"]);
        await Assert.That(result.Output).IsEqualTo("0\n1\n2\n3\n");
    }

    [Test]
    public async Task Signals_to_its_launcher_reach_it()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        using RunningSandbox command = RunningSandbox.Launch("exec", "--root", Inside.Store, sandbox.Name, "sh", "-c", "trap 'exit 9' USR1; echo up; while :; do sleep 0.01; done");
        await command.Line();
        command.Send(Signal.SIGUSR1);
        await Assert.That(await command.End()).IsEqualTo(9);
    }

    [Test]
    public async Task It_ends_with_its_launcher_and_the_sandbox_goes_on()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        using RunningSandbox command = RunningSandbox.Launch("exec", "--root", Inside.Store, sandbox.Name, "sh", "-c", "echo $$; exec sleep 1000");
        string pid = (await command.Line())!;
        command.Send(Signal.SIGKILL);
        await command.End();
        await sandbox.Print($"while [ -d /proc/{pid} ]; do :; done");
        await Assert.That(await sandbox.Phase()).IsEqualTo("Running");
    }

    [Test]
    public async Task It_ends_with_the_sandbox()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        using RunningSandbox command = RunningSandbox.Launch("exec", "--root", Inside.Store, sandbox.Name, "sh", "-c", "echo up; sleep 1000");
        await command.Line();
        await sandbox.Do("kill");
        await Assert.That(await command.End()).IsEqualTo(137);
    }

    /// <summary>This one's output comes to its end, which it would not with a descriptor of it left open.</summary>
    [Test]
    public async Task Detached_it_goes_on_with_nothing_of_the_callers()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await sandbox.Exec("echo lost; echo lost >&2; (cat; for n in 0 1 2; do readlink /proc/$$/fd/$n; done; echo $$) >/tmp/new; mv /tmp/new /tmp/told; exec sleep 1000", "-d");
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((0, "", ""));
        string told = await sandbox.Print("until [ -e /tmp/told ]; do sleep 0.1; done; cat /tmp/told; grep -h -E '^(NoNewPrivs|Seccomp):' /proc/$(tail -n 1 /tmp/told)/status");
        await Assert.That(told).StartsWith("/dev/null\n/dev/null\n/dev/null\n").And.EndsWith("\nNoNewPrivs:\t1\nSeccomp:\t2");
        await Assert.That((await sandbox.Do("logs")).Output).IsEqualTo("up\n");
    }

    [Test]
    public async Task Detached_it_ends_with_the_sandbox()
    {
        using Rootfs.WorkDirectory work = new();
        await work.Shell("chmod 777 .; mkfifo pipe; chmod 666 pipe");
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000", "-v", $"{work.Path}:/work");
        using Process reader = Process.Start(new ProcessStartInfo("cat", [work.In("pipe")]) { RedirectStandardOutput = true })!;
        await sandbox.Exec("exec >/work/pipe; echo open; exec sleep 1000", "--detach");
        using CancellationTokenSource deadline = new(Command.Patience);
        await Assert.That(await reader.StandardOutput.ReadLineAsync(deadline.Token)).IsEqualTo("open");
        await sandbox.Do("kill");
        await Assert.That(await reader.StandardOutput.ReadToEndAsync(deadline.Token)).IsEqualTo("");
    }

    /// <summary>
    /// By PID 1. Outside it is often nobody who reaps (the first process of a container), and then a dead one keeps its PID namespace,
    /// and stop and rm that wait for it, from ending.
    /// </summary>
    [Test]
    public async Task Detached_it_is_reaped_inside()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        await sandbox.Exec("echo $$ >/tmp/new; mv /tmp/new /tmp/told; exec sleep 1000", "-d");
        await Assert.That(await sandbox.Print("until [ -e /tmp/told ]; do sleep 0.1; done; grep PPid: /proc/$(cat /tmp/told)/status")).IsEqualTo("PPid:\t1");
    }

    /// <summary>Calls that nobody answers would hang for ever, and let through they would be let through unseen.</summary>
    [Test]
    public async Task Where_an_agent_answers_for_the_filter_nobody_enters()
    {
        using Rootfs.WorkDirectory work = new();
        File.SetUnixFileMode(work.Path, (UnixFileMode)0x1FF);
        await File.WriteAllTextAsync(work.In("profile"), $$"""{ "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "{{work.In("socket")}}", "syscalls": [{ "names": ["mkdir"], "action": "SCMP_ACT_NOTIFY" }] }""");
        using Process agent = Process.Start(new ProcessStartInfo("python3", [Repository.In("src", "Sandbox.Tests", "Launch", "agent.py"), work.In("socket")]) { RedirectStandardOutput = true })!;
        await Assert.That(await agent.StandardOutput.ReadLineAsync()).IsEqualTo("ready");
        await using (DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000", "--seccomp", work.In("profile")))
        {
            foreach (string[] options in (string[][])[[], ["-d"]])
            {
                CommandResult result = await sandbox.Exec("echo entered", options);
                await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
                await Assert.That(result.Error).StartsWith($"sandbox: cannot enter sandbox {sandbox.Name}: its filter on system calls reports to a listener");
            }

            await Assert.That(await sandbox.Phase()).IsEqualTo("Running");
        }

        await agent.StandardOutput.ReadToEndAsync();
        await agent.WaitForExitAsync();
    }

    /// <summary>What enters brings the caller's memory along: his variables, and rights beyond the sandbox.</summary>
    [Test]
    public async Task Nothing_of_its_launcher_can_be_seen_from_inside()
    {
        // Whatever is there for a moment would be in the list: a loop in the sandbox reads all that it can of every new process.
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp(
            "while [ ! -e /tmp/stop ]; do cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline; done 2>/dev/null | tr '\\0' '\\n' | grep -m1 hid[d]en >/tmp/seen; : >/tmp/read; sleep 1000");
        for (int i = 0; i < 20; i++)
        {
            CommandResult result = await Command.Run(
                Repository.Executable, ["exec", "--root", Inside.Store, sandbox.Name, "true"], environment: new Dictionary<string, string?> { ["SECRET"] = "hidden" });
            await Assert.That(result.ExitCode).IsEqualTo(0);
        }

        await Assert.That(await sandbox.Print("touch /tmp/stop; until [ -e /tmp/read ]; do sleep 0.01; done; cat /tmp/seen")).IsEqualTo("");
    }

    /// <summary>For an ordinary user the root of a sandbox is the same user: the directory of state, shown by a volume, must not let it into others.</summary>
    [Test]
    public async Task From_inside_a_sandbox_no_other_can_be_entered()
    {
        await using DetachedSandbox other = await DetachedSandbox.StartUp("sleep 1000");
        // A copy: the executable itself is never run inside.
        using Rootfs.WorkDirectory work = new();
        File.Copy(Repository.Executable, work.In("sandbox"));
        string[] volumes = ["-v", $"{Inside.Store}/run:/state/run", "-v", $"{work.In("sandbox")}:/sandbox:ro"];
        CommandResult result = await Inside.Run($"/sandbox exec --root /state {other.Name} true", volumes);
        await Assert.That(result.ExitCode).IsEqualTo(125);

        // Of root's sandboxes the root inside is another user than the one whose directory it is.
        await Assert.That(result.Error).Contains("it has ended").Or.Contains("denied").Or.Contains("belongs to another user");
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task A_process_that_has_another_ones_number_by_now_does_not_enter_for_it()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        string script = Repository.In("src", "Sandbox.Tests", "Supervisor", "reuse.py");
        await Assert.That(await Command.Tool("python3", script, $"{await sandbox.SupervisorPid()}", sandbox.Directory)).IsEqualTo("0\n");
    }

    [Test]
    public async Task It_runs_from_a_sealed_copy_and_never_as_the_executable_itself()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartPrepared("ln -s /proc/self/exe /tmp/entry", "sleep 1000");
        CommandResult result = await Command.Sandbox("exec", "--root", Inside.Store, sandbox.Name, "/tmp/entry", "--version");

        // Whether it runs or is refused: it is no file of the host's.
        await Assert.That(result.ExitCode is 0 or 125 or 126 or 127).IsTrue();
        await Assert.That(await sandbox.Print("readlink /proc/1/exe 2>&1 | grep -c sandbox || true")).IsEqualTo("0");
    }

    /// <summary>Of a user's descriptors the kernel lets no more be under way in sockets than he may have open: a supervisor can send none then.</summary>
    /// <summary>Whoever lets the sandbox reach the kernel's keys has given it his own no more than with 'run'.</summary>
    [Test]
    public async Task It_has_no_key_of_the_callers()
    {
        string attack = await Attack.Program();
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000", [.. Attack.Unfiltered, "-v", $"{attack}:/attack:ro"]);
        string[] exec = [attack, "with_key", Repository.Executable, "exec", "--root", Inside.Store, sandbox.Name, "/attack", "callers_key"];
        await Assert.That((await Command.Run(exec[0], exec[1..])).Output).IsEqualTo("ENOKEY\n");
        await Assert.That((await Command.Run(attack, ["with_key", attack, "callers_key"])).Output).IsEqualTo("success\n");
    }

    [Test]
    public async Task Its_ports_are_those_of_the_sandbox()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp(
            "sleep 1000", "--network", "host", "--tcp-ports", "none", "-v", $"{await Attack.Program()}:/attack:ro");
        await Assert.That(await sandbox.Print("/attack listen_at_port", "-e", "PORT=0")).IsEqualTo("EACCES");
    }

    [Test]
    public async Task What_is_under_way_to_others_keeps_nobody_out()
    {
        string[] limits = ["sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"];
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUnder(
            limits, ["/attack", "keep_descriptors_under_way"], "-v", $"{await Attack.Program()}:/attack:ro", "--stop-signal", "USR1");
        await sandbox.LogContains("up");
        await Assert.That(await sandbox.Print("cat /proc/1/comm; hostname")).IsEqualTo("sandbox-init\nsandbox");

        // It is asked for its end, and not killed with the supervisor that cannot send.
        await Assert.That((await sandbox.Do("stop")).ExitCode).IsEqualTo(0);
        await Assert.That((await sandbox.Look()).GetProperty("ExitCode").GetInt32()).IsEqualTo(128 + (int)Signal.SIGUSR1);
    }

    /// <summary>What was not sent for want of anything must not be taken for a cgroup that is not there: the command would be beyond its limits.</summary>
    [Test]
    public async Task Nobody_enters_who_was_not_told_of_the_cgroup()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        File.Delete(Path.Combine(sandbox.Directory, SandboxFiles.Socket));
        using SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, sandbox.Directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        using SafeFileHandle silent = Libc.ListenUnix($"/proc/self/fd/{directory.DangerousGetHandle()}/{SandboxFiles.Socket}", SocketType.SOCK_STREAM)!;
        Task<CommandResult> entering = sandbox.Exec("true");
        await AnswerInPart(silent, sandbox);
        CommandResult result = await entering;
        Libc.kill(await sandbox.SupervisorPid(), Signal.SIGKILL);
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((125, $"sandbox: cannot enter sandbox {sandbox.Name}: it has ended\n"));
    }

    /// <summary>Sends PID 1 and all namespaces, and nothing of the cgroup.</summary>
    private static async Task AnswerInPart(SafeFileHandle listening, DetachedSandbox sandbox)
    {
        using SafeFileHandle connected = Libc.Accept(listening)!;
        int pid = await sandbox.SupervisorPid();
        using SafeFileHandle process = Libc.pidfd_open(pid);
        using NamespaceFiles spaces = NamespaceFiles.Open(pid, (int)process.DangerousGetHandle());
        HandleMessage.Send(connected, process);
        foreach (SafeFileHandle space in spaces.All)
        {
            HandleMessage.Send(connected, space);
        }
    }
}
