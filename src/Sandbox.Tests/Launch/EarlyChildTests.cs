using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sandbox.Steps;
using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Launch;

/// <summary>The child that is made before there is a program is a guess: where it is wrong or fails, the run is as it would be without.</summary>
public class EarlyChildTests
{
    [Test]
    [Arguments("unshare:error=ENOSPC")]
    [Arguments("clone3:error=EPERM:when=1")]
    [Arguments("socketpair:error=EMFILE:when=1")]
    [Arguments("pidfd_open:error=EMFILE:when=1")]
    [Arguments("sched_getaffinity:error=EPERM")]
    [Arguments("sched_setaffinity:error=EPERM")]
    [Arguments("getcpu:error=ENOSYS")]
    [Arguments("ioctl:error=EPERM:when=1")]
    [Arguments("fsopen:error=EPERM")]
    [Arguments("fsconfig:error=EINVAL")]
    [Arguments("fsconfig:error=EINVAL:when=3")]
    [Arguments("fsmount:error=EPERM")]
    [Arguments("move_mount:error=EPERM:when=1..7")]
    public async Task A_run_goes_on_without_it(string fault)
    {
        string[] run = [Repository.Executable, .. Inside.Words("--userns", "single"), "echo", "here"];

        // The image is in the store then, and the fault meets nothing else.
        await Watch.Run(run);
        CommandResult result = await Command.Run("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "inject=" + fault, .. run]);
        await Assert.That(result.Output).IsEqualTo("here\n");
        await Assert.That(result.ExitCode).IsEqualTo(0);
    }

    /// <summary>The launcher's first write(2) is its word to the child: where that gets lost, both would wait for each other.</summary>
    [Test]
    [Arguments("ENOMEM")]
    [Arguments("EAGAIN")]
    public async Task A_child_that_cannot_be_told_is_not_waited_for(string errno)
    {
        // Who has to unpack the image writes before that.
        await Inside.Print("true", "--userns", "single");
        CommandResult result = await Command.Run(
            "strace", ["-qq", "-o", "/dev/null", "-e", $"inject=write:error={errno}:when=1", Repository.Executable, .. Inside.Words("--userns", "single"), "echo", "here"]);
        await Assert.That(result.Output).IsEqualTo("here\n");
        await Assert.That(result.ExitCode).IsEqualTo(0);
    }

    /// <summary>Where the launcher and its child share a processor, one waits for the other; where there is but one, they have to.</summary>
    [Test]
    public async Task It_goes_to_another_processor()
    {
        string[] traces = await CallTrace.Of("getcpu,sched_setaffinity", [Repository.Executable, .. Inside.Words("--userns", "single"), "true"]);
        Regex given = new(@"sched_setaffinity\((?![01],)\d+, \d+, \[([^\]]*)\]\)\s+= (-?\d)");
        string launchers = traces.Single(given.IsMatch);
        string own = Regex.Match(launchers, @"getcpu\(\[(\d+)\]").Groups[1].Value;
        Match others = given.Match(launchers);
        await Assert.That(own).IsNotEmpty().Because(launchers);
        await Assert.That(others.Groups[1].Value.Split(' ')).DoesNotContain(own);
        await Assert.That(others.Groups[2].Value).IsEqualTo(others.Groups[1].Length > 0 ? "0" : "-1").Because(launchers);
    }

    /// <summary>What was taken from the child for that is given back before the command runs.</summary>
    [Test]
    public async Task The_command_may_use_all_processors_again()
    {
        string own = Inside.FieldOf(await File.ReadAllTextAsync("/proc/self/status"), "Cpus_allowed_list");
        await Assert.That(await Inside.Status("Cpus_allowed_list", "--userns", "single")).IsEqualTo(own);
    }

    /// <summary>The same of PID 1, which is sent out of the command's way.</summary>
    [Test]
    public async Task So_may_its_init()
    {
        string own = Inside.FieldOf(await File.ReadAllTextAsync("/proc/self/status"), "Cpus_allowed_list");
        await Assert.That(Inside.FieldOf(await Inside.Print(Inside.AwaitInit + "cat /proc/1/status", "--userns", "single"), "Cpus_allowed_list")).IsEqualTo(own);
    }

    [Test]
    public async Task A_launcher_with_one_processor_has_a_command_with_that()
    {
        string first = Inside.FieldOf(await File.ReadAllTextAsync("/proc/self/status"), "Cpus_allowed_list").Split(',', '-')[0];
        CommandResult result = await Command.Run("taskset", ["--cpu-list", first, Repository.Executable, .. Inside.Words("--userns", "single"), "cat", "/proc/self/status"]);
        await Assert.That(Inside.FieldOf(result.Output, "Cpus_allowed_list")).IsEqualTo(first);
    }

    /// <summary>An image may take long to come; what the launcher was given meanwhile counts, and not what it had at the start.</summary>
    [Test]
    public async Task A_launcher_that_gets_other_processors_has_a_command_with_those()
    {
        using WorkDirectory work = new();
        string first = Inside.FieldOf(await File.ReadAllTextAsync("/proc/self/status"), "Cpus_allowed_list").Split(',', '-')[0];
        CommandResult result = await Command.Run("sh", [
            "-c", """
            mkfifo "$1"
            "$2" run --quiet --userns single - cat /proc/self/status <"$1" &
            exec 4>"$1"
            # More than the pipe holds: the launcher, which reads some of it, has seen to its child by then.
            head -c 100000 "$4" >&4
            taskset --all-tasks --pid --cpu-list "$3" $! >/dev/null
            tail -c +100001 "$4" >&4
            exec 4>&-
            wait $!
            """, "sh", work.In("pipe"), Repository.Executable, first, Inside.Image]);
        await Assert.That(Inside.FieldOf(result.Output, "Cpus_allowed_list")).IsEqualTo(first).Because(result.Error);
    }

    /// <summary>As the filter of a service may (SystemCallFilter=~@resources): it goes without a processor of its own then.</summary>
    [Test]
    public async Task A_caller_that_may_not_choose_processors_is_not_ended_for_it()
    {
        const string Filtered = """
            import os, seccomp, sys
            filter = seccomp.SyscallFilter(seccomp.ALLOW)
            filter.add_rule(seccomp.KILL_PROCESS, "sched_setaffinity")
            filter.load()
            os.execv(sys.argv[1], sys.argv[1:])
            """;
        CommandResult result = await Command.Run("/usr/bin/python3", ["-c", Filtered, Repository.Executable, .. Inside.Words("--userns", "single"), "echo", "here"]);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "here\n")).Because(result.Error);
    }

    /// <summary>It anticipates steps, and what comes of that is what would have come of them: a word that ends in "host" makes a run without it.</summary>
    [Test]
    [Arguments("sed 's/^[0-9]* [0-9]* [0-9:]* //' /proc/self/mountinfo | sort")]
    [Arguments("stat -c '%n %A %u %g %F %T %N' / /proc /sys /dev /dev/* /dev/shm/. /dev/mqueue/. /proc/acpi/.")]
    [Arguments("stat -f -c '%n %T %S %b %a %c %d' /proc /sys /dev /dev/shm /dev/mqueue /proc/acpi /")]
    [Arguments("cat /proc/net/if_inet6 /proc/net/route /sys/class/net/lo/flags; ls /sys/class/net /proc/sys/net")]
    [Arguments("touch /sys/a /proc/acpi/b /proc/kcore; touch /dev/c /dev/shm/d /dev/mqueue/e && ls -ln /dev /dev/shm /dev/mqueue | sed 's/[A-Z][a-z][a-z] .*:[0-9]* //'")]
    [Arguments("grep -v -e ctxt -e Rss -e Vm /proc/self/status | sed 's/^Pid.*//'; ls /proc/self/fd | wc -l; umask")]
    public async Task What_it_has_made_is_as_the_steps_would_make_it(string look)
    {
        CommandResult with = await Inside.Run(look + " 2>&1", "--userns", "single");
        CommandResult without = await Inside.Run("unset X; " + look + " 2>&1", "--userns", "single", "-e", "X=host");
        await Assert.That(with.Output).IsEqualTo(without.Output);
        await Assert.That(with.Output).IsNotEmpty();
    }

    /// <summary>Ids of root's are others inside: what it made before they are there would be nobody's.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Of_root_it_makes_nothing()
    {
        const string Look = "touch /a /dev/b /dev/shm/c && stat -c '%n %A %u %g' /a /dev /dev/b /dev/shm /dev/shm/c";
        string with = await Inside.Print(Look);
        await Assert.That(with).IsEqualTo(await Inside.Print(Look, "-e", "X=host"));
        await Assert.That(with).DoesNotContain("65534");
    }

    /// <summary>What is in the way of a mount is told as by the steps.</summary>
    [Test]
    public async Task What_it_cannot_attach_the_steps_explain()
    {
        using WorkDirectory work = new();
        string tree = work.Make("tree");
        await File.WriteAllTextAsync(Path.Combine(tree, "proc"), "");
        CommandResult result = await Command.Sandbox(["run", "--userns", "single", tree, "true"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("cannot mount /proc (proc): fchdir: Not a directory\nhint: the image has a file there");
    }

    /// <summary>It lets go of capabilities before anybody has read which are asked for: those are kept.</summary>
    [Test]
    [Arguments("--cap-add=NET_RAW")]
    [Arguments("--cap-add", "NET_RAW")]
    public async Task A_capability_that_is_asked_for_is_there(params string[] option)
    {
        const string DefaultAndNetRaw = "00000000800425fb";
        await Assert.That(await Inside.Status("CapEff", ["--userns", "single", .. option])).IsEqualTo(DefaultAndNetRaw);
        await Assert.That(await Inside.Status("CapBnd", ["--userns", "single", .. option])).IsEqualTo(DefaultAndNetRaw);
    }

    [Test]
    public async Task What_is_shared_with_it_lies_before_the_program() => await Assert.That(Unsafe.SizeOf<EarlyStart>()).IsLessThanOrEqualTo(EarlyStart.Head);

    [Test]
    public async Task What_it_has_made_is_not_made_again()
    {
        const string Calls = "fsmount,mount,ioctl,prctl", Made = @"mount\(""(tmpfs|shm|proc|sysfs|mqueue)""|SIOCSIFFLAGS", Dropped = @"prctl\(PR_CAPBSET_DROP, (\w+)\)\s+= 0";

        // Whoever unpacks the image drops capabilities too.
        await Inside.Print("true", "--userns", "single");
        string with = string.Concat(await CallTrace.Of(Calls, [Repository.Executable, .. Inside.Words("--userns", "single"), "true"]));
        string without = string.Concat(await CallTrace.Of(Calls, [Repository.Executable, .. Inside.Words("--userns", "single", "-e", "X=host"), "true"]));
        await Assert.That(Regex.Count(with, @"fsmount\(.*= [1-9]")).IsEqualTo(7).Because(with);
        await Assert.That(Regex.Count(with, Made)).IsEqualTo(1).Because(with);
        await Assert.That(Regex.Count(without, Made)).IsEqualTo(8).Because(without);
        string[] drops = [.. Regex.Matches(with, Dropped).Select(match => match.Groups[1].Value)];
        await Assert.That(drops).IsEquivalentTo(Regex.Matches(without, Dropped).Select(match => match.Groups[1].Value)).Because(with);
        await Assert.That(drops).IsNotEmpty();
    }

    /// <summary>Whoever reaps orphans, in a container often nobody, gets none.</summary>
    [Test]
    public async Task It_is_reaped_by_a_launcher_that_does_not_come_to_run()
    {
        const string Reaper = """
            import ctypes, os, subprocess, sys
            PR_SET_CHILD_SUBREAPER = 36
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
            print(subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode)
            try:
                print("orphan", os.waitpid(-1, 0))
            except ChildProcessError:
                print("no orphan")
            """;
        CommandResult result = await Command.Run("python3", ["-c", Reaper, Repository.Executable, "run", "/no/such/image", "true"]);
        await Assert.That(result.Output).IsEqualTo("125\nno orphan\n").Because(result.Error);
    }

    [Test]
    public async Task It_ends_with_a_launcher_that_does_not_come_to_run() =>
        await Assert.That((await Watch.Run([Repository.Executable, "run", "/no/such/image", "true"])).ExitCode).IsEqualTo(125);
}
