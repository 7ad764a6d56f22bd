using System.Text.Json;
using Sandbox.Tests.Rootfs;
using Sandbox.Tests.Supervisor;

namespace Sandbox.Tests.Guarantees;

/// <summary>What a command may write is counted to the byte, and otherwise arrives as it was written.</summary>
[Category(Category.Root)]
public class OutputLimitTests
{
    private const string Told = "sandbox: cannot pass on all that the command wrote: it is more than --output-limit allows";

    [Test]
    public async Task No_byte_more_than_allowed_comes_through()
    {
        CommandResult result = await Inside.Run("while :; do echo output; echo error >&2; done", "--output-limit", "10000");
        await Assert.That(result.ExitCode).IsEqualTo(137);
        await Assert.That(result.OutputBytes.Length + result.Error.Length).IsEqualTo(10000);
    }

    /// <summary>Its exit code is that of a command that ran out of memory, too; or its own, where it had ended by then.</summary>
    [Test]
    [Arguments("while :; do echo out; done", 137)]
    [Arguments("printf %2000d 1; exit 3", 3)]
    public async Task That_there_was_more_is_told(string script, int code)
    {
        CommandResult result = await Inside.Run(script, "--quiet=false", "--output-limit", "1000");
        await Assert.That((result.OutputBytes.Length, result.Error)).IsEqualTo((1000, Told + "\n"));
        await Assert.That(result.ExitCode).IsEqualTo(code).Or.IsEqualTo(137);
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

    /// <summary>The command has ended, and the launcher waits for who reads from it. That is the user's to end.</summary>
    [Test]
    public async Task Who_waits_for_a_reader_can_be_ended()
    {
        using WorkDirectory work = new();
        CommandResult result = await Inside.Host(
            $"""
            cd {work.Path}; mkfifo unread; exec 3<>unread
            "$@" >&3 2>written & launcher=$!
            until [ -s written ] && ! grep -qs sandbox-init $(sed -E 's:[0-9]+:/proc/&/comm:g' /proc/$launcher/task/*/children) /dev/null; do :; done
            kill -TERM $launcher; wait $launcher
            """,
            ["--output-limit", "1m"], "sh", "-c", "head -c 120000 /dev/zero; echo end >&2; exit 3");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((3, ""));
    }

    /// <summary>A pipe then holds several times its size: what is left in it at the end is not measured by that.</summary>
    [Test]
    public async Task What_was_spliced_in_from_a_socket_is_whole()
    {
        // The image has no program for splice(2): a C program of the test's is brought along.
        using WorkDirectory work = new();
        await File.WriteAllTextAsync(work.In("fill.c"), """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <stdio.h>
            #include <sys/socket.h>
            static char text[100000];
            int main(void) {
                int pair[2];
                long all = 0, moved = 0;
                socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
                fcntl(1, F_SETPIPE_SZ, 1 << 18);
                fcntl(1, F_SETFL, O_NONBLOCK);
                do {
                    send(pair[1], text, sizeof(text), MSG_DONTWAIT);
                    moved = splice(pair[0], 0, 1, 0, sizeof(text), SPLICE_F_NONBLOCK);
                    all += moved > 0 ? moved : 0;
                } while (moved > 0);
                fprintf(stderr, "%ld\n", all);
            }
            """);
        await work.Shell("gcc -w -static -o fill fill.c");

        // Nobody reads before the sandbox has ended: none of the launcher's children is alive, and the rest is left to pass on.
        const string reader = """
            until [ -s written ] && ! grep -qs 'State:.[^Z]' $(sed -E 's:[0-9]+:/proc/&/status:g' /proc/$(cat launcher)/task/*/children) /dev/null; do :; done
            wc -c
            """;
        CommandResult result = await Inside.Host(
            $"cd {work.Path}; (echo $BASHPID >launcher; exec \"$@\" 2>written) | ({reader})",
            ["--output-limit", "1g", "-v", work.In("fill") + ":/fill:ro"], "/fill");
        string written = await File.ReadAllTextAsync(work.In("written"));
        await Assert.That(int.Parse(written, System.Globalization.CultureInfo.InvariantCulture)).IsGreaterThan(1 << 18);
        await Assert.That(result.Output).IsEqualTo(written);
    }

    [Test]
    public async Task A_reader_that_goes_away_is_seen_by_the_command() =>
        await Assert.That((await Inside.Host("set -o pipefail; \"$@\" | head -c 3", ["--output-limit", "1g"], "yes")).ExitCode).IsEqualTo(141);

    [Test]
    public async Task No_byte_more_is_shown_on_a_terminal()
    {
        using TerminalSession session = TerminalSession.Script("while :; do echo output; done", "--quiet=false", "--progress", "none", "--output-limit", "10000");
        (string shown, int code) = await session.End();
        await Assert.That(shown).EndsWith(Told + "\r\n");
        await Assert.That((code, shown.Length)).IsEqualTo((137, 10000 + Told.Length + 2));
    }

    [Test]
    public async Task What_fits_is_shown_whole_on_a_terminal()
    {
        using TerminalSession session = TerminalSession.Script("seq 1 1000; exit 3", "--output-limit", "4893");
        (string shown, int code) = await session.End();
        await Assert.That((code, shown)).IsEqualTo((3, string.Concat(Enumerable.Range(1, 1000).Select(i => $"{i}\r\n"))));
    }

    /// <summary>What goes past the terminal is written, too: the terminal alone could not use up the limit.</summary>
    [Test]
    public async Task An_error_file_beside_a_terminal_is_counted()
    {
        using WorkDirectory work = new();
        using TerminalSession session = TerminalSession.Around(
            $"exec \"$@\" 2>{work.In("errors")}", ["--output-limit", "10000"], "sh", "-c", "printf %4000d 1; while :; do echo error >&2; done");
        (string shown, int code) = await session.End();
        long errors = new FileInfo(work.In("errors")).Length;
        await Assert.That((code, shown.Length + errors)).IsEqualTo((137, 10000L));
        await Assert.That(errors).IsGreaterThanOrEqualTo(6000);
    }

    [Test]
    [Arguments]
    [Arguments("-t")]
    public async Task No_byte_more_is_kept_of_a_detached_command(params string[] options)
    {
        using WorkDirectory work = new();
        await using DetachedSandbox sandbox = await DetachedSandbox.Start(
            "while :; do echo output; echo error >&2; done", ["--output-limit", "10000", "--report", work.In("report"), .. options]);
        await Assert.That((await sandbox.Do("wait")).Output).IsEqualTo("137\n");
        CommandResult logs = await sandbox.Do("logs");
        await Assert.That(logs.OutputBytes.Length + logs.Error.Length).IsEqualTo(10000);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(work.In("report")));
        await Assert.That(report.RootElement.GetProperty("Reason").GetString()).IsEqualTo("output-limit");
    }

    /// <summary>It may end before anybody has read what it wrote.</summary>
    [Test]
    public async Task The_last_words_of_a_detached_command_count()
    {
        using WorkDirectory work = new();
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("printf %2000d 1", "--output-limit", "1000", "--report", work.In("report"));
        await sandbox.Do("wait");
        await Assert.That((await sandbox.Do("logs")).OutputBytes.Length).IsEqualTo(1000);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(work.In("report")));
        await Assert.That(report.RootElement.GetProperty("Reason").GetString()).IsEqualTo("output-limit");
    }
}
