using System.Text.Json;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>A report says how a run ended and what it used, and where each figure comes from.</summary>
[Category(Category.Root)]
public class ReportTests
{
    [Test]
    [Arguments("exit 3", 3, "exit", null)]
    [Arguments("kill -SEGV $$", 139, "signal", "SIGSEGV")]
    [Arguments("exit 0", 0, "exit", null)]
    public async Task The_end_is_the_commands(string script, int code, string reason, string? signal)
    {
        JsonElement report = await Report(script, code);
        await Assert.That(report.GetProperty("ExitCode").GetInt32()).IsEqualTo(code);
        await Assert.That(report.GetProperty("Reason").GetString()).IsEqualTo(reason);
        await Assert.That(report.GetProperty("Signal").GetString()).IsEqualTo(signal);
    }

    [Test]
    [Arguments("sleep 1000", 124, "timeout", "--timeout", "--timeout", "0.3")]
    [Arguments("while :; do :; done & while :; do :; done", 124, "timeout", "--cpu-timeout", "--cpu-timeout", "0.3")]
    [Arguments("while :; do echo aaaaaaaaaaaaaa; done", 137, "output-limit", "--output-limit", "--output-limit", "1000")]
    public async Task The_end_is_a_limits(string script, int code, string reason, string limit, params string[] options)
    {
        JsonElement report = await Report(script, code, options);
        await Assert.That(report.GetProperty("Reason").GetString()).IsEqualTo(reason);
        await Assert.That(report.GetProperty("Limit").GetString()).IsEqualTo(limit);
    }

    /// <summary>The child that does nothing has used next to nothing; what it took to make its sandbox is not counted.</summary>
    [Test]
    public async Task Every_figure_names_its_source()
    {
        JsonElement report = await Report("dd if=/dev/zero of=/dev/null bs=1M count=1000 2>/dev/null", 0);
        foreach (JsonProperty figure in report.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object))
        {
            bool known = figure.Value.GetProperty("Value").ValueKind != JsonValueKind.Null;
            await Assert.That(figure.Value.GetProperty("From").ValueKind == JsonValueKind.String).IsEqualTo(known).Because(figure.Name);
        }

        await Assert.That(report.GetProperty("WallTime").GetProperty("Value").GetDouble()).IsGreaterThan(0);
        await Assert.That(report.GetProperty("SystemTime").GetProperty("Value").GetDouble()).IsGreaterThan(0);
        await Assert.That(report.GetProperty("MemoryPeak").GetProperty("Value").GetInt64()).IsGreaterThan(0);
    }

    /// <summary>Nobody waits for what dies with PID 1, and the bill for it would be nothing; a busy machine may give seconds of spinning little of that time.</summary>
    [Test]
    [Arguments("while :; do :; done", "--cpu-timeout", "1", 0.5)]
    [Arguments("(while :; do :; done) & while :; do :; done", "--cpu-timeout", "1", 0.5)]
    [Arguments("while :; do :; done", "--timeout", "5", 0.01)]
    public async Task What_was_killed_is_counted(string script, string limit, string seconds, double least)
    {
        JsonElement report = await Report(script, 124, limit, seconds);
        double used = report.GetProperty("UserTime").GetProperty("Value").GetDouble() + report.GetProperty("SystemTime").GetProperty("Value").GetDouble();
        await Assert.That(used).IsGreaterThan(least);
        await Assert.That(report.GetProperty("UserTime").GetProperty("From").GetString()).IsNotEqualTo("wait4");
    }

    /// <summary>The command ends when what it leaves behind has used half a second, which is then nobody's but the report's to say.</summary>
    [Test]
    public async Task What_the_command_leaves_behind_is_counted()
    {
        JsonElement report = await Report(
            """
            (while :; do :; done) &
            ticks() { sed 's/.*) //' /proc/$!/stat | cut -d ' ' -f 12; }
            until [ "$(ticks)" -ge 50 ]; do :; done
            """, 0);
        await Assert.That(report.GetProperty("UserTime").GetProperty("Value").GetDouble()).IsGreaterThanOrEqualTo(0.4);
    }

    /// <summary>Who waits for a report would wait for ever, or take the one of the run before.</summary>
    [Test]
    [Arguments(127, "cannot run nothere: not found in the image", "IMAGE", "nothere")]
    [Arguments(127, "cannot run nothere: not found in the image", "-d", "IMAGE", "nothere")]
    [Arguments(126, "cannot run /etc/passwd: Permission denied", "IMAGE", "/etc/passwd")]
    [Arguments(125, "cannot find image nothere: there is no such file", "nothere", "true")]
    [Arguments(125, "cannot pass on descriptor 77: it is not open", "--preserve-fd", "77", "IMAGE", "true")]
    [Arguments(125, "unknown option --bogus: 'sandbox run' has no such option", "--bogus", "IMAGE", "true")]
    [Arguments(125, "missing IMAGE: 'sandbox run' needs an image")]
    public async Task A_run_that_does_not_start_says_why(int code, string error, params string[] words)
    {
        using WorkDirectory work = new();
        string target = work.In("report");
        await File.WriteAllTextAsync(target, "of the run before, and longer than what comes now" + new string('\n', 10_000));
        CommandResult result = await Command.Sandbox(
            ["run", "-q", "--root", Inside.Store, "--report", target, .. words.Select(word => word == "IMAGE" ? Inside.Image : word)]);
        JsonElement report = JsonDocument.Parse(await File.ReadAllBytesAsync(target)).RootElement;
        await Assert.That((result.ExitCode, report.GetProperty("ExitCode").GetInt32(), report.GetProperty("Reason").GetString())).IsEqualTo((code, code, "not-started"));
        await Assert.That(result.Error).StartsWith("sandbox: " + error);
        await Assert.That(report.GetProperty("Error").GetString()).StartsWith(error);
        await Assert.That(report.GetProperty("WallTime").GetProperty("Value").ValueKind).IsEqualTo(JsonValueKind.Null);
    }

    /// <summary>The command takes away the directory that its changes go to.</summary>
    [Test]
    public async Task A_run_that_sandbox_cannot_finish_says_why()
    {
        using WorkDirectory work = new();
        const UnixFileMode anybodys = (UnixFileMode)0x1FF; // 0777: root inside is nobody here where root runs the tests
        File.SetUnixFileMode(work.Path, anybodys);
        File.SetUnixFileMode(work.Make("out"), anybodys);
        CommandResult result = await Inside.Run(
            "rm -r /work/out", "--report", work.In("report"), "-v", work.Path + ":/work", "--changes", work.In("out/changes.tar"));
        JsonElement report = JsonDocument.Parse(await File.ReadAllBytesAsync(work.In("report"))).RootElement;
        await Assert.That((result.ExitCode, report.GetProperty("ExitCode").GetInt32(), report.GetProperty("Reason").GetString())).IsEqualTo((125, 125, "error"));
        await Assert.That(result.Error).StartsWith("sandbox: " + report.GetProperty("Error").GetString());
        await Assert.That(report.GetProperty("WallTime").GetProperty("Value").GetDouble()).IsGreaterThan(0);
    }

    [Test]
    public async Task A_report_that_cannot_be_written_is_known_before_the_run()
    {
        CommandResult result = await Inside.Run("echo ran", "--report", "/nowhere/report");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).StartsWith("sandbox: cannot write the report /nowhere/report: ");
    }

    /// <summary>A command leaves it in its volume, for the report of the run after it.</summary>
    [Test]
    public async Task A_report_follows_no_link_that_a_command_left()
    {
        using WorkDirectory work = new();
        const UnixFileMode anybodys = (UnixFileMode)0x1FF; // 0777: root inside is nobody here where root runs the tests
        string mine = work.In("mine"), volume = work.Make("volume");
        await File.WriteAllTextAsync(mine, "precious");
        File.SetUnixFileMode(volume, anybodys);
        CommandResult planted = await Inside.Run("ln -s ../mine /work/report", "-v", volume + ":/work");
        CommandResult result = await Inside.Run("echo ran", "--report", Path.Combine(volume, "report"));
        await Assert.That((planted.ExitCode, result.ExitCode, result.Output)).IsEqualTo((0, 125, ""));
        await Assert.That(result.Error).Contains("it is a symbolic link");
        await Assert.That(await File.ReadAllTextAsync(mine)).IsEqualTo("precious");
    }

    /// <summary>The links of /dev are the machine's own.</summary>
    [Test]
    public async Task A_report_may_go_to_standard_error()
    {
        CommandResult result = await Inside.Run("exit 3", "--report", "/dev/stderr");
        await Assert.That(JsonDocument.Parse(result.Error).RootElement.GetProperty("ExitCode").GetInt32()).IsEqualTo(3);
    }

    private static async Task<JsonElement> Report(string script, int code, params string[] options)
    {
        using WorkDirectory work = new();
        CommandResult result = await Inside.Run(script, ["--report", work.In("report"), .. options]);
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((code, ""));
        return JsonDocument.Parse(await File.ReadAllBytesAsync(work.In("report"))).RootElement;
    }
}
