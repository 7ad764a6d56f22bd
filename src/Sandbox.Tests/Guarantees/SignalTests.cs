using Sandbox.Syscalls;

namespace Sandbox.Tests.Guarantees;

/// <summary>A signal to the launcher is a signal to the command.</summary>
public class SignalTests
{
    private static readonly Signal[] OfJobControl = [Signal.SIGTSTP, Signal.SIGTTIN, Signal.SIGTTOU];

    /// <summary>The first that is not the runtime's, one that asks systemd for a halt, and the last one.</summary>
    private static readonly int[] RealTime = [35, 37, 64];

    /// <summary>All that can be caught, but those that stop the sandbox as a whole.</summary>
    public static IEnumerable<int> Caught() => Enum.GetValues<Signal>().Except([Signal.None, Signal.SIGKILL, Signal.SIGSTOP, .. OfJobControl]).Select(signal => (int)signal).Concat(RealTime);

    [Test]
    [MethodDataSource(nameof(Caught))]
    public async Task Each_reaches_the_command(int signal)
    {
        using RunningSandbox sandbox = await RunningSandbox.Start(Await(signal));
        sandbox.Send((Signal)signal);
        await Assert.That(await sandbox.Line()).IsEqualTo($"got {signal}");
        await Assert.That(await sandbox.End()).IsEqualTo(9);
    }

    [Test]
    [MethodDataSource(nameof(Caught))]
    public async Task Each_reaches_a_command_that_is_PID_1(int signal)
    {
        using RunningSandbox sandbox = await RunningSandbox.Start(Await(signal), "--init=false");
        sandbox.Send((Signal)signal);
        await Assert.That(await sandbox.Line()).IsEqualTo($"got {signal}");
        await Assert.That(await sandbox.End()).IsEqualTo(9);
    }

    [Test]
    [MethodDataSource(nameof(Caught))]
    public async Task Each_reaches_a_command_on_a_terminal(int signal)
    {
        using TerminalSession session = TerminalSession.Around("echo launcher $$ .; exec \"$@\"", [], "sh", "-c", Await(signal));
        int launcher = await session.ExpectNumber("launcher ", " .");
        await session.Expect("up");
        Libc.kill(launcher, (Signal)signal);
        await session.Expect($"got {signal}");
    }

    /// <summary>kill -SEGV 1 of somebody inside is not a fault, and not the launcher's word.</summary>
    [Test]
    public async Task A_feigned_fault_of_PID_1_is_nobodys() =>
        await Assert.That(await Inside.Print("trap 'echo got it' SEGV; kill -SEGV 1; sh -c 'kill -FPE 1'; echo alive", "--nested")).IsEqualTo("alive");

    [Test]
    public async Task The_stop_signal_takes_the_place_of_TERM()
    {
        using RunningSandbox sandbox = await RunningSandbox.Start("trap 'echo interrupted; exit 3' INT; trap 'echo terminated; exit 4' TERM; " + Wait, "--stop-signal", "INT");
        sandbox.Send(Signal.SIGTERM);
        await Assert.That(await sandbox.Line()).IsEqualTo("interrupted");
        await Assert.That(await sandbox.End()).IsEqualTo(3);
    }

    /// <summary>A script's background job ignores SIGINT and SIGQUIT, and a shell takes no trap of what is ignored; what it kills with TERM is to end.</summary>
    [Test]
    [Arguments("true", "SIGHUP")]
    [Arguments("false", "SIGHUP")]
    [Arguments("true", "SIGHUP SIGINT")]
    public async Task The_stop_signal_is_not_ignored_because_the_caller_does(string init, string left)
    {
        string signal = left.EndsWith("SIGINT", StringComparison.Ordinal) ? "QUIT" : "INT";
        CommandResult run = await Inside.Host($"exec env --ignore-signal=HUP,{(signal == "INT" ? "INT" : "INT,QUIT")} \"$@\"", [$"--init={init}", "--stop-signal", signal], "cat", "/proc/self/status");
        ulong ignored = left.Split(' ').Aggregate(0UL, static (set, word) => set | (1UL << ((int)Enum.Parse<Signal>(word) - 1)));
        await Assert.That(Inside.FieldOf(run.Output, "SigIgn")).IsEqualTo($"{ignored:x16}");
    }

    [Test]
    [Arguments("KILL")]
    [Arguments("STOP")]
    public async Task A_stop_signal_that_nobody_can_ignore_is_one_too(string signal) =>
        await Assert.That(await Inside.Print("echo up", "--stop-signal", signal)).IsEqualTo("up");

    [Test]
    public async Task A_command_that_does_not_stop_in_time_is_killed()
    {
        using RunningSandbox sandbox = await RunningSandbox.Start("trap '' TERM; " + Wait, "--stop-timeout", "0.3");
        sandbox.Send(Signal.SIGTERM);
        await Assert.That(await sandbox.End()).IsEqualTo(137);
    }

    [Test]
    public async Task A_command_that_stops_in_time_keeps_its_code()
    {
        using RunningSandbox sandbox = await RunningSandbox.Start("trap 'exit 6' TERM; " + Wait, "--stop-timeout", "100");
        sandbox.Send(Signal.SIGTERM);
        await Assert.That(await sandbox.End()).IsEqualTo(6);
    }

    /// <summary>Of what a shell can wait for, only wait is sure to be broken by a signal that comes just before.</summary>
    private const string Wait = "sleep 1000 & echo up; while :; do wait; done";

    private static string Await(int signal) => $"trap 'echo got {signal}; exit 9' {signal}; {Wait}";
}
