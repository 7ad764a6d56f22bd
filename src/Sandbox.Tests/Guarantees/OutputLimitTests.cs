namespace Sandbox.Tests.Guarantees;

/// <summary>What a command may write is counted to the byte, and otherwise arrives as it was written.</summary>
[Category(Category.Root)]
public class OutputLimitTests
{
    [Test]
    public async Task No_byte_more_than_allowed_comes_through()
    {
        CommandResult result = await Inside.Run("while :; do echo output; echo error >&2; done", "--output-limit", "10000");
        await Assert.That(result.ExitCode).IsEqualTo(137);
        await Assert.That(result.OutputBytes.Length + result.Error.Length).IsEqualTo(10000);
    }

    [Test]
    public async Task Output_within_the_limit_is_whole()
    {
        CommandResult result = await Inside.Run("dd if=/dev/zero bs=1000 count=999 2>/dev/null; echo end >&2; exit 3", "--output-limit", "1m");
        await Assert.That((result.ExitCode, result.OutputBytes.Length, result.Error)).IsEqualTo((3, 999000, "end\n"));
    }

    [Test]
    public async Task Lines_to_one_file_keep_their_order()
    {
        CommandResult result = await Inside.Host("exec \"$@\" 2>&1", ["--output-limit", "1m"], "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do echo o$i; echo e$i >&2; done");
        await Assert.That(result.Output).IsEqualTo(string.Concat(Enumerable.Range(1, 8).Select(i => $"o{i}\ne{i}\n")));
    }

    [Test]
    public async Task A_reader_that_goes_away_is_seen_by_the_command() =>
        await Assert.That((await Inside.Host("set -o pipefail; \"$@\" | head -c 3", ["--output-limit", "1g"], "yes")).ExitCode).IsEqualTo(141);
}
