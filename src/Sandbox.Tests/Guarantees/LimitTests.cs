namespace Sandbox.Tests.Guarantees;

/// <summary>A limit that cannot be held is an error that says what is missing and what mends it; never a warning.</summary>
public class LimitTests
{
    [Test]
    [Arguments("memory", "--memory", "64m")]
    [Arguments("cpu", "--cpus", "0.5")]
    [Arguments("cpu", "--cpu-weight", "50")]
    [Arguments("pids", "--pids-limit", "9")]
    [Arguments("io", "--io-weight", "50")]
    [Arguments("memory", "--unified", "memory.high=1")]
    public async Task Without_cgroup_v2_the_controller_and_the_mend_are_named(string controller, params string[] options)
    {
        CommandResult result = await WithoutCgroups(options);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).StartsWith($"sandbox: cannot limit {controller}: ").And.Contains("\nhint: ").And.Contains("cgroup");
    }

    [Test]
    public async Task A_run_without_limits_needs_none() => await Assert.That((await WithoutCgroups([])).Output).IsEqualTo("ran\n");

    [Test]
    public async Task Processor_time_is_that_of_all_processes_together() =>
        await Assert.That((await Inside.Run("for i in 1 2 3 4; do sh -c 'while :; do :; done' & done; wait", "--cpu-timeout", "0.5")).ExitCode).IsEqualTo(124);

    /// <summary>PID 1 is hidden from who may not trace it: its children would run on without a limit.</summary>
    [Test]
    public async Task Processor_time_that_nobody_can_see_is_no_limit()
    {
        CommandResult result = await Command.Run(
            "unshare",
            [
                "--user", "--mount", "--pid", "--fork", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c",
                "mount -t proc -o hidepid=2 proc /proc && exec setpriv --inh-caps=-all --ambient-caps=-all \"$0\" \"$@\"",
                Repository.Executable, .. Inside.Words(["--userns", "single", "--cpu-timeout", "0.5"]), "sleep", "1000",
            ]);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).StartsWith("sandbox: cannot hold --cpu-timeout: the machine's /proc hides processes (hidepid)").And.Contains("\nhint: ");
    }

    [Test]
    public async Task A_dry_run_lists_the_limits() =>
        await Assert.That((await Inside.Run("true", "--dry-run", "--memory", "64m", "--cpus", "1.5")).Output)
            .Contains("write(<cgroup>/memory.max, \"67108864\")").And.Contains("write(<cgroup>/cpu.max, \"150000 100000\")").And.Contains("unshare(CLONE_NEWCGROUP)");

    /// <summary>In a mount namespace of the test's own, where nothing is mounted at /sys/fs/cgroup.</summary>
    private static Task<CommandResult> WithoutCgroups(string[] options) => Command.Run(
        "unshare",
        [
            "--user", "--mount", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c", "mount -t tmpfs none /sys/fs/cgroup && exec \"$0\" \"$@\"",
            Repository.Executable, .. Inside.Words(["--userns", "single", .. options]), "echo", "ran",
        ]);
}
