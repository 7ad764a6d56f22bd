namespace Sandbox.Tests.Guarantees;

/// <summary>PID 1 is out of the reach of what it watches over, of the sandbox's root too.</summary>
[Category(Category.Root)]
public class InitTests
{
    [Test]
    [Arguments("cat /proc/1/environ")]
    [Arguments("cat /proc/1/maps")]
    [Arguments("cat /proc/1/auxv")]
    [Arguments("head -c 1 /proc/1/mem")]
    [Arguments("ls /proc/1/fd/")]
    [Arguments("ls /proc/1/root/")]
    [Arguments("readlink /proc/1/root")]
    [Arguments("readlink /proc/1/exe")]
    [Arguments("readlink /proc/1/cwd")]
    [Arguments("readlink /proc/1/ns/user")]
    [Arguments("cat /proc/1/exe")]
    [Arguments("cp /bin/busybox /proc/1/exe")]
    [Arguments("echo 1 >/proc/1/oom_score_adj")]
    [Arguments("strace -p 1")]
    public async Task It_cannot_be_read_or_traced(string attempt)
    {
        CommandResult result = await Inside.Run(attempt);
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Output).IsEqualTo("");
    }

    [Test]
    public async Task What_the_caller_told_sandbox_is_not_in_its_memory_area() =>
        await Assert.That(await Inside.Print("tr '\\0' '\\n' </proc/1/cmdline | grep . ; cat /proc/1/comm", "-e", "SECRET=hidden")).IsEqualTo("sandbox-init\nsandbox-init");

    [Test]
    [Arguments("KILL")]
    [Arguments("STOP")]
    [Arguments("TERM")]
    [Arguments("SEGV")]
    [Arguments("TSTP")]
    public async Task No_signal_from_inside_ends_or_stops_it(string signal)
    {
        string script = $"trap '' TERM; kill -{signal} 1 2>/dev/null; (sleep 1000 & kill -9 $!; wait $!) 2>/dev/null; echo alive";
        await Assert.That(await Inside.Print(script)).IsEqualTo("alive");

        // Where the kernel has Landlock, the signal does not even reach it; with --nested there is none.
        await Assert.That(await Inside.Print(script, "--nested")).IsEqualTo("alive");
    }

    [Test]
    public async Task It_has_one_capability_and_a_filter_of_its_own()
    {
        string status = await Inside.Print(Inside.AwaitInit + "cat /proc/1/status");
        await Assert.That(Inside.FieldOf(status, "CapEff")).IsEqualTo("0000000000000020");
        await Assert.That(Inside.FieldOf(status, "CapPrm")).IsEqualTo("0000000000000020");
        await Assert.That(Inside.FieldOf(status, "NoNewPrivs")).IsEqualTo("1");
        await Assert.That(Inside.FieldOf(status, "Seccomp")).IsEqualTo("2");
    }

    /// <summary>A daemon forks and lets its parent die; thousands of them must not fill the table of processes.</summary>
    [Test]
    public async Task Orphans_are_reaped()
    {
        // What is reaped between the shell's list and ls is an error to ls.
        string script = "i=0; while [ $i -lt 3000 ]; do (true &); i=$((i+1)); done; until [ $(ls -d /proc/[0-9]* 2>/dev/null | wc -l) -lt 10 ]; do :; done; echo reaped";
        await Assert.That(await Inside.Print(script)).IsEqualTo("reaped");
    }

    /// <summary>One signal tells of all of them, and PID 1 does not reap so many before it looks at something else.</summary>
    [Test]
    public async Task Orphans_that_have_ended_all_at_once_are_reaped()
    {
        // What sleeps waits for none of its children, which are PID 1's when it ends.
        const string script = "sh -c 'i=0; while [ $i -lt 300 ]; do true & i=$((i+1)); done; exec sleep 1'; until [ $(ls -d /proc/[0-9]* 2>/dev/null | wc -l) -lt 10 ]; do :; done; echo reaped";
        await Assert.That(await Inside.Print(script, "--timeout", "60")).IsEqualTo("reaped");
    }
}
