using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>A seccomp profile of the user's does to a real command what it says, by whichever option it is named.</summary>
[Category(Category.Root)]
public class ProfileTests
{
    /// <summary>128 and SIGSYS.</summary>
    private const int BadSystemCall = 159;

    [Test]
    [Arguments("SCMP_ACT_ALLOW", "", 0, "")]
    [Arguments("SCMP_ACT_LOG", "", 0, "")]
    [Arguments("SCMP_ACT_ERRNO", "", 1, "Operation not permitted")]
    [Arguments("SCMP_ACT_ERRNO", ", \"errnoRet\": 28", 1, "No space left on device")]
    [Arguments("SCMP_ACT_ERRNO", ", \"errnoRet\": 0", 0, "")]
    [Arguments("SCMP_ACT_TRACE", "", 1, "Function not implemented")]
    [Arguments("SCMP_ACT_TRAP", "", BadSystemCall, "")]
    [Arguments("SCMP_ACT_KILL", "", BadSystemCall, "")]
    [Arguments("SCMP_ACT_KILL_THREAD", "", BadSystemCall, "")]
    [Arguments("SCMP_ACT_KILL_PROCESS", "", BadSystemCall, "")]
    public async Task An_action_is_what_the_call_meets(string action, string errno, int code, string why)
    {
        // A name that no kernel has is passed over, as in docker.
        string rule = $$"""{ "names": ["mkdir", "no_such_call", "mkdirat"], "action": "{{action}}"{{errno}} }""";
        CommandResult result = await Run($$"""{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{{rule}}] }""", "--security-opt", "seccomp={0}");
        await Assert.That(result.ExitCode).IsEqualTo(code);
        await Assert.That(result.Error).Contains(why);
    }

    /// <summary>The number of the default action, and a rule that counts on no kernel that there is yet.</summary>
    [Test]
    public async Task What_no_rule_names_meets_the_default_action()
    {
        string profile =
            """
            {
              "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 28,
              "archMap": [{ "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] }],
              "syscalls": [
                { "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ALLOW", "includes": { "minKernel": "99.0" } },
                { "names": ["arch_prctl", CALLS], "action": "SCMP_ACT_ALLOW" }
              ]
            }
            """.Replace("CALLS", string.Join(", ", Sandbox.Seccomp.DefaultCalls.Always
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(name => !name.StartsWith("mkdir", StringComparison.Ordinal)).Select(name => $"\"{name}\"")));
        CommandResult result = await Run(profile, "--seccomp", "{0}");
        await Assert.That(result.ExitCode).IsEqualTo(1);
        await Assert.That(result.Error).Contains("No space left on device");
        await Assert.That((await Run(profile.Replace("99.0", "4.8"), "--seccomp", "{0}")).ExitCode).IsEqualTo(0);
    }

    /// <summary>All threads are the one that the command begins with; how a listener is waited for is for who has one.</summary>
    [Test]
    public async Task Its_flags_are_given_to_the_kernel()
    {
        const string profile =
            """
            {
              "defaultAction": "SCMP_ACT_ALLOW",
              "flags": ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
              "syscalls": [{ "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO" }]
            }
            """;
        await Assert.That((await Run(profile, "--seccomp", "{0}", "--dry-run")).Output)
            .Contains("seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG|SECCOMP_FILTER_FLAG_SPEC_ALLOW, {");
        await Assert.That((await Run(profile, "--seccomp", "{0}")).Error).Contains("Operation not permitted");
    }

    /// <summary>Not even the calls by which a process ends and says why: a launch that comes to nothing still ends, and is told.</summary>
    [Test]
    [Arguments("no-new-privileges=true", "", 126, "cannot run mkdir: ")]
    [Arguments("no-new-privileges=false", "", 125, "cannot become user 0 and group 0: ")]
    [Arguments("no-new-privileges=true", "write", 126, "cannot run mkdir: ")]
    [Arguments("no-new-privileges=false", "exit", 125, "cannot become user 0 and group 0: ")]
    public async Task A_profile_that_lets_nothing_happen_ends_the_launch(string privileges, string allowed, int code, string what)
    {
        string rules = allowed.Length == 0 ? "" : $$"""{ "names": ["{{allowed}}"], "action": "SCMP_ACT_ALLOW" }""";
        CommandResult result = await Run($$"""{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{{rules}}] }""", "--seccomp", "{0}", "--security-opt", privileges);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((code, ""));
        await Assert.That(result.Error).StartsWith("sandbox: " + what);
    }

    /// <summary>The caller's keys are out of reach where the calls are; where a profile lets them be made, the command has a session keyring of its own.</summary>
    [Test]
    [Arguments("add_key", true)]
    [Arguments("request_key", true)]
    [Arguments("keyctl", true)]
    [Arguments("kill", false)]
    public async Task A_keyring_is_made_where_the_profile_lets_keys_be_reached(string call, bool made)
    {
        string listing = (await Run($$"""{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{ "names": ["{{call}}"], "action": "SCMP_ACT_ALLOW" }] }""", "--seccomp", "{0}", "--dry-run")).Output;
        await Assert.That(listing.Contains("keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL)")).IsEqualTo(made);
    }

    [Test]
    [Arguments("--seccomp", "default", "2")]
    [Arguments("--security-opt", "seccomp=default", "2")]
    [Arguments("--seccomp", "unconfined", "0")]
    [Arguments("--security-opt", "seccomp=unconfined", "0")]
    [Arguments("--security-opt", "seccomp:unconfined", "0")]
    public async Task Either_option_names_it(string option, string value, string mode) =>
        await Assert.That(await Inside.Status("Seccomp", option, value)).IsEqualTo(mode);

    /// <summary>Runs mkdir, with a file of the profile in the place of {0}.</summary>
    private static async Task<CommandResult> Run(string profile, params string[] options)
    {
        using WorkDirectory work = new();
        await File.WriteAllTextAsync(work.In("profile"), profile);
        return await Command.Sandbox([.. Inside.Words([.. options.Select(option => option.Replace("{0}", work.In("profile"), StringComparison.Ordinal))]), "mkdir", "/made"]);
    }
}
