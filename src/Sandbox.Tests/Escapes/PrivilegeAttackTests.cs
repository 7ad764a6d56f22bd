using Sandbox.Syscalls;

namespace Sandbox.Tests.Escapes;

/// <summary>Nobody inside comes to more privileges than the command began with.</summary>
[Category(Category.Root)]
public class PrivilegeAttackTests
{
    private const long PR_CAPBSET_DROP = 24, PR_SET_SECUREBITS = 28;

    [Test]
    public async Task Running_a_setuid_program()
    {
        string[] nobody = ["-u", "65534"];
        await Assert.That(await Run(nobody)).IsEqualTo("EPERM");
        await Assert.That(await Run([.. nobody, "--security-opt", "no-new-privileges=false"])).IsEqualTo("success");
    }

    /// <summary>Those of a file count for nothing, and where setuid programs work, for no more than the bounding set.</summary>
    [Test]
    public async Task Running_a_program_whose_file_has_capabilities()
    {
        string[] able = ["--security-opt", "no-new-privileges=false"];
        await Attack.IsStopped("file_chown", "EPERM");
        await Attack.Succeeds("file_chown", able);
        await Attack.IsStopped("file_sys_admin", "EPERM", able);
        await Attack.Succeeds("file_sys_admin", able, Attack.Without(SystemCall.prctl, PR_CAPBSET_DROP));
    }

    [Test]
    public async Task Lifting_the_locks_on_capabilities()
    {
        await Attack.IsStopped("lift_securebits", "EPERM");
        await Attack.Succeeds("lift_securebits", [], Attack.Without(SystemCall.prctl, PR_SET_SECUREBITS));
    }

    /// <summary>Only who was given ambient capabilities may raise some.</summary>
    [Test]
    public async Task Handing_capabilities_to_any_program()
    {
        await Attack.IsStopped("raise_ambient", "EPERM");
        await Attack.Succeeds("raise_ambient", ["-u", "1", "--cap-add", "CHOWN"]);
    }

    /// <summary>No attack: daemons keep capabilities over their own change of user so.</summary>
    [Test]
    public async Task Keeping_capabilities_over_a_change_of_user_is_allowed() => await Attack.Succeeds("keep_capabilities", []);

    private static async Task<string> Run(string[] options)
    {
        string[] words = await Attack.Words([.. options, "-e", "PATH=/"]);
        return (await Command.Sandbox([.. words, "/setuid-attack", "become_other_user"])).Output.TrimEnd('\n');
    }
}
