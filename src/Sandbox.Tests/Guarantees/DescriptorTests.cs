using Sandbox.Tests.Rootfs;
using Sandbox.Tests.Supervisor;

namespace Sandbox.Tests.Guarantees;

/// <summary>The command has descriptors 0, 1 and 2, always, and never another.</summary>
[Category(Category.Root)]
public class DescriptorTests
{
    /// <summary>A sandbox that tells by its exit code which descriptors it has: ls opens one for the directory itself.</summary>
    private const string Count = "[ \"$(ls /proc/self/fd | tr '\\n' ' ')\" = '0 1 2 3 ' ] && exit 33";

    [Test]
    [Arguments("")]
    [Arguments("0<&-")]
    [Arguments("1>&-")]
    [Arguments("2>&-")]
    [Arguments("0<&- 1>&-")]
    [Arguments("0<&- 2>&-")]
    [Arguments("1>&- 2>&-")]
    [Arguments("0<&- 1>&- 2>&-")]
    public async Task They_are_there_when_the_launcher_was_started_without(string closed) =>
        await Assert.That((await Inside.Host($"\"$@\" {closed}", [], "sh", "-c", Count)).ExitCode).IsEqualTo(33);

    [Test]
    public async Task What_takes_the_place_of_a_closed_one_is_dev_null() =>
        await Assert.That((await Inside.Host("\"$@\" 0<&- 2>&-", [], "sh", "-c", "readlink /proc/self/fd/0; readlink /proc/self/fd/2; cat; echo lost >&2")).Output)
            .IsEqualTo("/dev/null\n/dev/null\n");

    /// <summary>A directory of the host would be a way out of any root (runc CVE-2024-21626).</summary>
    [Test]
    public async Task Nothing_that_the_launcher_was_given_open_goes_in() =>
        await Assert.That((await Inside.Host("exec 3</ 7</etc/passwd 20>/dev/null 500</; \"$@\"", [], "sh", "-c", Count)).ExitCode).IsEqualTo(33);

    [Test]
    public async Task One_that_was_named_keeps_its_number_and_the_others_go() =>
        await Assert.That((await Inside.Host("echo text | \"$@\" 5<&0 6<&0 </dev/null", ["--preserve-fd", "5"], "sh", "-c", "ls /proc/self/fd | tr '\\n' ' '; cat <&5")).Output)
            .IsEqualTo("0 1 2 3 5 text\n");

    /// <summary>Who waits for the end of a pipe would wait for the end of the sandbox.</summary>
    [Test]
    public async Task The_launcher_lets_go_of_it()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -m 777 out");
        CommandResult result = await Inside.Host(
            $"\"$@\" 7>&1 >/dev/null | {{ cat; : >{work.In("out")}/ended; }}", ["--preserve-fd", "7", "-v", work.In("out") + ":/out"],
            "sh", "-c", "echo ready >&7; exec 7>&-; while [ ! -e /out/ended ]; do sleep 0.01; done");
        await Assert.That(result.Output).IsEqualTo("ready\n");
    }

    [Test]
    public async Task One_that_is_not_open_is_refused()
    {
        CommandResult result = await Inside.Host("exec 9<&-; \"$@\"", ["--preserve-fd", "9"], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("cannot pass on descriptor 9: it is not open");
    }

    [Test]
    public async Task A_directory_is_refused()
    {
        CommandResult result = await Inside.Host("\"$@\" 9</", ["--preserve-fd", "9"], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("cannot pass on descriptor 9: it is a directory of the host");
    }

    /// <summary>The standard ones are handed on unasked.</summary>
    [Test]
    [Arguments("0</")]
    [Arguments("1</")]
    [Arguments("2</")]
    public async Task A_standard_descriptor_that_is_a_directory_is_refused(string given)
    {
        CommandResult result = await Inside.Host($"\"$@\" {given}", [], "sh", "-c", "for i in 0 1 2; do [ -e /proc/self/fd/$i/etc ] && exit 33; done");
        await Assert.That(result.ExitCode).IsEqualTo(125);
    }

    [Test]
    public async Task A_command_that_enters_gets_none_either()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await Command.Run(
            "sh", ["-c", "exec \"$@\" </", "sh", Repository.Executable, "exec", "-i", "--root", Inside.Store, sandbox.Name, "ls", "/proc/self/fd/0/"]);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).Contains("cannot pass on descriptor 0: it is a directory of the host");
    }

    [Test]
    public async Task No_directory_of_the_host_is_the_working_directory() =>
        await Assert.That(await Inside.Print("readlink /proc/self/cwd; readlink /proc/self/root; ls -d ../../../../../../../../etc/os-release; ls /../bin/busybox"))
            .IsEqualTo("/\n/\n../../../../../../../../etc/os-release\n/../bin/busybox");
}
