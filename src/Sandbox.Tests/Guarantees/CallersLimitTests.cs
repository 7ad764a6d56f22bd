using Sandbox.Tests.Rootfs;

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
                await Assert.That(result.Error).StartsWith("sandbox: ").And.Contains("Too many open files").And.Contains("\nhint: raise the limit on open files (ulimit -n)");
            }
        }
    }

    /// <summary>
    /// The kernel counts all of the user's processes, this test among them, and how many there will be a moment later nobody
    /// knows: what fails is told apart, be it the sandbox or a program that maps ids.
    /// </summary>
    [Test]
    public async Task Without_a_process_to_spare_for_a_helper_it_says_so()
    {
        const string Tight = """
            have=$(ps -L -o pid= -u $(id -u) | wc -l)
            for limit in 1 $(seq $have $((have + 16))); do (ulimit -u $limit; exec "$@"); done
            """;
        string[] failures = (await Inside.Host(Tight, [], "true")).Error.Split("sandbox: cannot ", StringSplitOptions.RemoveEmptyEntries);
        await Assert.That(failures[0]).StartsWith("make a user namespace: ");
        await Assert.That(failures.Where(static one => one.StartsWith("make", StringComparison.Ordinal) || one.StartsWith("start new", StringComparison.Ordinal)))
            .ContainsOnly(static one => one.EndsWith(": Resource temporarily unavailable\nhint: the caller has too many processes: ulimit -u\n", StringComparison.Ordinal));
    }

    /// <summary>A user namespace has a count of its own, which begins with this one.</summary>
    [Test]
    public async Task Without_a_process_to_spare_for_a_supervisor_it_says_so()
    {
        CommandResult result = await Inside.Host("exec unshare -r bash -c 'ulimit -u 1; exec \"$@\"' bash \"$@\"", ["-d", "--rm"], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).IsEqualTo("sandbox: cannot start a supervisor: Resource temporarily unavailable\nhint: the caller has too many processes: ulimit -u\n");
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

    /// <summary>The archive is more than such a file holds, and goes to the worker through one; its files are less.</summary>
    [Test]
    public async Task Where_its_files_may_not_be_large_an_image_of_small_ones_is_unpacked()
    {
        using WorkDirectory work = new();
        byte[] content = new byte[90 << 10];
        for (int i = 0; i < 5; i++)
        {
            Random.Shared.NextBytes(content);
            await File.WriteAllBytesAsync(Path.Combine(work.Make("tree"), $"file{i}"), content);
        }

        await Command.Tool("tar", "-C", work.In("tree"), "-cf", work.In("small.tar"), ".");
        const string Load = "ulimit -f $1; exec \"$2\" load --root \"$3\" \"$4\"";
        CommandResult free = await Command.Run("bash", ["-c", Load, "bash", "unlimited", Repository.Executable, work.In("free"), work.In("small.tar")]);
        CommandResult limited = await Command.Run("bash", ["-c", Load, "bash", "100", Repository.Executable, work.In("limited"), work.In("small.tar")]);
        await Assert.That(limited.Error).IsEqualTo("");
        await Assert.That(limited.Output).StartsWith("sha256:").And.IsEqualTo(free.Output);
    }

    [Test]
    public async Task Where_an_archive_is_larger_than_a_file_may_be_it_says_so()
    {
        using WorkDirectory work = new();
        CommandResult result = await Command.Run(
            "bash", ["-c", "\"$0\" load -q --root \"$1\" --tag x \"$2\" >/dev/null; ulimit -f 2000; exec \"$0\" save --root \"$1\" x -o \"$1.tar\"", Repository.Executable, work.In("s"), Inside.Image]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("File too large\nhint: the file system there, or ulimit -f, allows no file of that size");
    }

    [Test]
    public async Task Where_it_may_not_write_a_file_it_says_so()
    {
        CommandResult result = await Inside.Host("ulimit -f 0; exec \"$@\"", [], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("File too large").And.Contains("hint: raise the limit on the size of files (ulimit -f)");
    }
}
