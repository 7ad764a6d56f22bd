namespace Sandbox.Tests.Guarantees;

/// <summary>Who starts sandbox under resource limits that it cannot work with is told which, and never has a silent or a crashed launcher.</summary>
public class CallersLimitTests
{
    /// <summary>A launch from a process with few descriptors left fails with a line, if it fails.</summary>
    [Test]
    public async Task Without_a_descriptor_to_spare_it_says_so()
    {
        foreach (int descriptors in Enumerable.Range(3, 20))
        {
            CommandResult result = await Inside.Host($"ulimit -n {descriptors}; exec \"$@\"", [], "true");
            if (result.ExitCode != 0)
            {
                await Assert.That(result.ExitCode).IsEqualTo(125);
                await Assert.That(result.Error).StartsWith("sandbox: ").And.Contains("Too many open files");
            }
        }
    }

    /// <summary>Judges of programs set it; the .NET runtime reserves more, and without a word ends with 255.</summary>
    [Test]
    [Arguments("run")]
    [Arguments("--version")]
    public async Task Without_address_space_for_it_it_says_so(string word)
    {
        CommandResult result = await Inside.Host($"ulimit -v 300000; exec \"$1\" {word}", [], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).IsEqualTo(
            "sandbox: cannot start: no memory, or no 600 MB of address space for it\n" +
            "hint: raise the limit (ulimit -v, ulimit -d); one for the command alone is --ulimit as=BYTES\n");
    }

    [Test]
    public async Task The_limit_that_it_names_instead_holds_for_the_command()
    {
        CommandResult result = await Inside.Host("exec \"$@\"", ["--ulimit", "as=300000000"], "sh", "-c", "ulimit -v");
        await Assert.That(result.Output).IsEqualTo("292968\n");
    }

    [Test]
    public async Task Where_it_may_not_write_a_file_it_says_so()
    {
        CommandResult result = await Inside.Host("ulimit -f 0; exec \"$@\"", [], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("File too large").And.Contains("hint: raise the limit on the size of files (ulimit -f)");
    }
}
