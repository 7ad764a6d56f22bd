using System.Diagnostics;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Guarantees;

/// <summary>A sandbox ends as a whole: with its command, with its launcher, in time.</summary>
[Category(Category.Root)]
public class EndTests
{
    /// <summary>A tree that holds on: children in sessions of their own that ignore every signal, all with the output open.</summary>
    private const string Stubborn = "trap '' TERM INT HUP; setsid sh -c \"trap '' TERM HUP INT; sleep 100000\" & (sleep 100000 &) ; echo up; ";

    [Test]
    public async Task When_the_command_ends_nothing_of_it_goes_on()
    {
        // Whoever is left would hold the output open, and this would wait for it.
        using RunningSandbox sandbox = await RunningSandbox.Start(Stubborn + "exit 7");
        await Assert.That(await sandbox.End()).IsEqualTo(7);
    }

    [Test]
    public async Task When_the_launcher_is_killed_everything_ends()
    {
        using RunningSandbox sandbox = await RunningSandbox.Start(Stubborn + "sleep 100000");
        using Process init = Process.GetProcessById(sandbox.Init());
        sandbox.Send(Signal.SIGKILL);
        await Assert.That(await sandbox.End()).IsEqualTo(137);
        await init.WaitForExitAsync().WaitAsync(Command.Patience);
    }

    /// <summary>With a change of user the kernel forgets whose death a process wanted to die of (prctl(2)).</summary>
    [Test]
    public async Task When_the_launcher_is_killed_a_PID_1_of_another_user_ends_too()
    {
        using RunningSandbox sandbox = await RunningSandbox.Start("exec su -s /bin/sh nobody -c 'echo up; sleep 100000'", "--init=false");
        sandbox.Send(Signal.SIGKILL);
        await Assert.That(await sandbox.End()).IsEqualTo(137);
    }

    [Test]
    public async Task A_stopped_sandbox_ends_with_its_launcher_too()
    {
        using RunningSandbox sandbox = await RunningSandbox.Start("echo up; kill -STOP -1; sleep 100000");
        sandbox.Send(Signal.SIGSTOP);
        sandbox.Send(Signal.SIGKILL);
        await Assert.That(await sandbox.End()).IsEqualTo(137);
    }

    /// <summary>The time may be up before the tree has come to be, on a busy machine.</summary>
    [Test]
    public async Task A_command_that_takes_too_long_is_killed_with_all_its_children() =>
        await Assert.That((await Inside.Run(Stubborn + "sleep 100000", "--timeout", "0.5")).ExitCode).IsEqualTo(124);

    [Test]
    public async Task A_command_that_is_done_in_time_keeps_its_code() =>
        await Assert.That((await Inside.Run("exit 5", "--timeout", "100")).ExitCode).IsEqualTo(5);

    [Test]
    public async Task A_signal_that_ends_the_command_shows_in_the_exit_code()
    {
        using RunningSandbox sandbox = await RunningSandbox.Start("echo up; exec sleep 100000");
        sandbox.Send(Signal.SIGTERM);
        await Assert.That(await sandbox.End()).IsEqualTo(143);
    }

    /// <summary>Ctrl-Z in a shell stops the launcher; a command that went on computing would be a surprise.</summary>
    [Test]
    [Arguments((int)Signal.SIGTSTP)]
    [Arguments((int)Signal.SIGTTIN)]
    [Arguments((int)Signal.SIGTTOU)]
    public async Task A_stop_of_the_launcher_stops_the_sandbox_until_it_goes_on(int signal)
    {
        using RunningSandbox sandbox = await RunningSandbox.Start("echo up; while read -r line; do echo $line; done");
        int init = sandbox.Init();
        int command = int.Parse(File.ReadAllText($"/proc/{init}/task/{init}/children"));
        sandbox.Send((Signal)signal);
        await StateBecomes(sandbox.Pid, 'T');
        await StateBecomes(command, 'T');
        sandbox.Send(Signal.SIGCONT);
        sandbox.Write("goes on");
        await Assert.That(await sandbox.Line()).IsEqualTo("goes on");
    }

    private static async Task StateBecomes(int pid, char state)
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        string status;
        do
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
            status = await File.ReadAllTextAsync($"/proc/{pid}/stat");
        }
        while (status[status.LastIndexOf(')') + 2] != state);
    }
}
