using System.Text.Json;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Commands;

/// <summary>The check tries what a run does, and says what does not work, why, and what mends it.</summary>
[Category(Category.Root)]
public class CheckTests
{
    [Test]
    public async Task Where_a_run_works_the_check_says_so()
    {
        CommandResult result = await Command.Sandbox("check", "--json", "--root", Inside.Store);
        JsonElement report = JsonDocument.Parse(result.OutputBytes).RootElement;
        await Assert.That((result.ExitCode, report.GetProperty("RunWorks").GetBoolean(), result.Error)).IsEqualTo((0, true, ""));
        string[] names = [.. report.GetProperty("Checks").EnumerateArray().Select(row => row.GetProperty("Name").GetString()!)];
        await Assert.That(names).Contains("user namespace").And.Contains("overlay").And.Contains("cgroup: memory").And.Contains("seccomp").And.Contains("Landlock");
        foreach (JsonElement row in report.GetProperty("Checks").EnumerateArray())
        {
            await Assert.That(row.GetProperty("Found").GetString()).IsNotEmpty();
        }
    }

    [Test]
    public async Task Where_user_namespaces_are_forbidden_it_names_them_and_the_mend()
    {
        CommandResult result = await Command.Run(
            "unshare",
            [
                "--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c",
                "echo 0 >/proc/sys/user/max_user_namespaces; exec \"$0\" \"$@\"", Repository.Executable, "check", "--userns", "single", "--root", Inside.Store,
            ]);
        await Assert.That(result.ExitCode).IsEqualTo(1);
        await Assert.That(result.Output).Contains("no  user namespace").And.Contains("mend: ").And.Contains("max_user_namespaces").And.Contains("'sandbox run' does not work here.");
    }
}
