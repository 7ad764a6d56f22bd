using Sandbox.Commands;
using Sandbox.Seccomp;
using Sandbox.Tests.Escapes;

namespace Sandbox.Tests.Guarantees;

/// <summary>The command has the privileges of Podman's default set as root, none as anybody else, and gets no new ones.</summary>
[Category(Category.Root)]
public class PrivilegeTests
{
    private const string Default = "00000000800405fb", None = "0000000000000000";

    [Test]
    [Arguments("CapEff", Default)]
    [Arguments("CapPrm", Default)]
    [Arguments("CapBnd", Default)]
    [Arguments("CapInh", None)]
    [Arguments("CapAmb", None)]
    public async Task Root_inside_has_the_default_set(string set, string expected) => await Assert.That(await Inside.Status(set)).IsEqualTo(expected);

    [Test]
    [Arguments("CapEff")]
    [Arguments("CapPrm")]
    [Arguments("CapBnd")]
    [Arguments("CapInh")]
    [Arguments("CapAmb")]
    public async Task Anybody_else_has_none(string set) => await Assert.That(await Inside.Status(set, "-u", "nobody")).IsEqualTo(None);

    [Test]
    [Arguments("NoNewPrivs", "1")]
    [Arguments("Seccomp", "2")]
    [Arguments("Groups", "")]
    public async Task Both_are_kept_there(string field, string expected)
    {
        await Assert.That(await Inside.Status(field)).IsEqualTo(expected);
        await Assert.That(await Inside.Status(field, "-u", "nobody")).IsEqualTo(expected);
    }

    /// <summary>A program of the image that is setuid root does not make its user root.</summary>
    [Test]
    public async Task A_setuid_program_gives_nothing()
    {
        string script = "cp /bin/busybox /tmp/id && chmod 4755 /tmp/id && ls -l /tmp/id | cut -c1-10 && su -s /bin/sh nobody -c '/tmp/id -u; grep CapPrm /proc/self/status'";
        await Assert.That(await Inside.Print(script)).IsEqualTo($"-rwsr-xr-x\n65534\nCapPrm:\t{None}");
    }

    [Test]
    public async Task The_command_is_not_dumped_to_a_program_of_the_hosts() =>
        await Assert.That(await Inside.Print("grep -e core -e processes /proc/self/limits | tr -s ' '"))
            .IsEqualTo("Max core file size 1 1 bytes \nMax processes 2048 2048 processes ");

    [Test]
    public async Task The_limits_cannot_be_raised() =>
        await Assert.That((await Inside.Run("ulimit -u 4096")).Error).Contains("Operation not permitted");

    [Test]
    public async Task A_fork_bomb_is_bounded()
    {
        string script = "ulimit -u 200; i=0; while [ $i -lt 300 ]; do sleep 1000 & i=$((i+1)); done";
        CommandResult result = await Inside.Run(script, "-u", "nobody");
        await Assert.That(result.Error).Contains("can't fork");
    }

    /// <summary>Root inside becomes whom it likes, and each may have as many processes: from Linux 6.14 on all of them together are bounded.</summary>
    [Test]
    public async Task So_is_one_of_many_users()
    {
        if (Machine.Kernel.IsAtLeast(new KernelVersion(6, 14)))
        {
            await Attack.IsStopped("fork_as_others", "EAGAIN");
        }
    }

    [Test]
    public async Task The_umask_is_set_whatever_the_callers_is() =>
        await Assert.That((await Inside.Host("umask 0; \"$@\"; umask 077; \"$@\"", [], "sh", "-c", "umask; touch /f; stat -c %a /f")).Output)
            .IsEqualTo("0022\n644\n0022\n644\n");
}
