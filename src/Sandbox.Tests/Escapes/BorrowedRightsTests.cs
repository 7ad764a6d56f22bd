using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>Whoever may call an executable that was given rights of its own would have them all: with a volume of /etc, or a report over any file.</summary>
[Category(Category.OnlyRoot)]
public class BorrowedRightsTests
{
    private static readonly string[] Stranger = ["--reuid=4321", "--regid=4321", "--clear-groups"];

    [Test]
    [Arguments("chmod 4755 own")]
    [Arguments("chmod 2755 own")]
    [Arguments("setcap cap_dac_override+ep own")]
    [Arguments("setcap cap_dac_override+p own")]
    public async Task Of_its_file_it_takes_none(string gift)
    {
        using WorkDirectory work = new();
        CommandResult result = await Call(work, gift, Stranger);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).StartsWith("sandbox: cannot start: a setuid or setgid bit or capabilities of its file ").And.Contains("\nhint: take them away");
    }

    /// <summary>Those that a unit gives its service are the caller's own, root has more than any file gives, and no_new_privs makes none of it count.</summary>
    [Test]
    [Arguments("true", "--inh-caps=+net_bind_service --ambient-caps=+net_bind_service")]
    [Arguments("chmod 6755 own", "--no-new-privs")]
    public async Task Its_callers_own_it_keeps(string gift, string options)
    {
        using WorkDirectory work = new();
        CommandResult result = await Call(work, gift, [.. Stranger, .. options.Split(' ')]);
        await Assert.That(result.ExitCode).IsEqualTo(0).Because(result.Error);
        CommandResult ofRoot = await Call(work, "setcap cap_dac_override+ep own", ["--reuid=0"]);
        await Assert.That(ofRoot.ExitCode).IsEqualTo(0).Because(ofRoot.Error);
    }

    /// <summary>Calls a copy of the executable that was given something before.</summary>
    private static async Task<CommandResult> Call(WorkDirectory work, string gift, string[] caller)
    {
        await work.Shell($"cp --force '{Repository.Executable}' own; {gift}");
        return await Command.Run("setpriv", [.. caller, work.In("own"), "--version"]);
    }
}
