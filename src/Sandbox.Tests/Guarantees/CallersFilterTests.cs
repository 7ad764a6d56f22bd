namespace Sandbox.Tests.Guarantees;

/// <summary>
/// Where the caller is under a seccomp filter, as what a hardened unit of systemd starts (systemd.exec(5)): what the filter
/// leaves is enough, or the failure says that it is the filter's. Such a filter sets no_new_privs for all but root.
/// </summary>
public class CallersFilterTests
{
    private const string Filtered = """
        import os, seccomp, sys
        filter = seccomp.SyscallFilter(seccomp.ALLOW)
        exec(sys.argv[1])
        filter.load()
        os.execv(sys.argv[2], sys.argv[2:])
        """;

    /// <summary>RestrictAddressFamilies=AF_UNIX: the loopback interface comes up all the same.</summary>
    [Test]
    [Arguments("--userns", "auto")]
    [Arguments("--timeout", "60")]
    [Arguments("--init=true", "-q")]
    public async Task Without_sockets_of_the_internet(string option, string value)
    {
        CommandResult result = await Under(
            "filter.add_rule(seccomp.ERRNO(97), 'socket', seccomp.Arg(0, seccomp.NE, 1))", [option, value, "-e", "X=host"], "cat", "/sys/class/net/lo/flags");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "0x9\n")).Because(result.Error);
    }

    /// <summary>The same where the early child brings it up, which a word that ends in "host" keeps from being made.</summary>
    [Test]
    public async Task Without_sockets_of_the_internet_from_the_beginning()
    {
        CommandResult result = await Under("filter.add_rule(seccomp.ERRNO(97), 'socket', seccomp.Arg(0, seccomp.NE, 1))", [], "cat", "/sys/class/net/lo/flags");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "0x9\n")).Because(result.Error);
    }

    [Test]
    [Arguments("openat2", 38, "RestrictSUIDSGID=")]
    [Arguments("close_range", 38, "SystemCallFilter=")]
    [Arguments("sethostname", 1, "ProtectHostname=")]
    [Arguments("clone3", 38, "RestrictNamespaces=")]
    public async Task A_call_that_it_hides_is_named(string call, int errno, string setting)
    {
        CommandResult result = await Under($"filter.add_rule(seccomp.ERRNO({errno}), '{call}')", [], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: cannot ").And.Contains("\nhint: ").And.Contains(setting);
    }

    /// <summary>SystemCallFilter= of itself ends the process: it is not the command that was ended so.</summary>
    [Test]
    [Arguments("pivot_root")]
    [Arguments("sethostname")]
    public async Task A_call_that_it_ends_the_launch_for_is_no_end_of_the_command(string call)
    {
        CommandResult result = await Under($"filter.add_rule(seccomp.KILL_PROCESS, '{call}')", [], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: cannot start the command: a seccomp filter ").And.Contains("\nhint: in a unit, SystemCallFilter= must");
    }

    /// <summary>Root's layers are mounts that map ids, which its launcher makes.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Without_mounts_for_root()
    {
        CommandResult result = await Under("filter.add_rule(seccomp.ERRNO(1), 'open_tree')", [], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains(": Operation not permitted\nhint: a seccomp filter forbids to make mounts");
    }

    /// <summary>Runs a command under a filter that lines of Python make.</summary>
    private static Task<CommandResult> Under(string rules, string[] options, params string[] command) =>
        Command.Run("/usr/bin/python3", ["-c", Filtered, rules, Repository.Executable, .. Inside.Words(options), .. command]);
}
