using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The processes of a run: the first one of the sandbox, and where there is no init of ours the one that guards it.</summary>
internal sealed class RunProcess : IDisposable
{
    private readonly PreparedRun _run;
    private readonly Signal _stopSignal;
    private readonly TerminalRelay? _terminal;
    private readonly NamedRun? _named;
    private readonly GuardProcess? _guard;

    private RunProcess(PreparedRun run, Signal stopSignal, TerminalRelay? terminal, NamedRun? named, SandboxProcess sandbox, GuardProcess? guard)
    {
        _run = run;
        _stopSignal = stopSignal;
        _terminal = terminal;
        _named = named;
        _guard = guard;
        Sandbox = sandbox;
    }

    public SandboxProcess Sandbox { get; }

    /// <summary>Carries out the plan, to the command's first instruction.</summary>
    /// <param name="stopSignal">Asks the command to end.</param>
    /// <param name="terminal">The caller's, where the command has one there; else null.</param>
    /// <param name="named">Null for a run that others cannot find.</param>
    public static RunProcess Start(PreparedRun run, SandboxPlan plan, Signal stopSignal, TerminalRelay? terminal, NamedRun? named)
    {
        named?.Fill(plan);
        if (run.Spec.Process.User.Uid != 0)
        {
            PipeAccess.OpenInherited();
        }

        GuardProcess? guard = null;
        FaultSignals.Hold();
        try
        {
            SandboxProcess sandbox = Launcher.Start(
                plan, MappedMounts.Sender(plan, run), run.Cgroup.Cgroup, run.Watch.Output, terminal?.Console ?? named?.Console,
                run.Options.Init ? null : process => guard = GuardProcess.Start(process),
                command => ListenerState.Of(plan.Listener!, command, run.Access.Store.Path));
            return new RunProcess(run, stopSignal, terminal, named, sandbox, guard);
        }
        catch
        {
            guard?.Dispose();
            throw;
        }
    }

    /// <summary>Stays with the command to its end; returns the exit code of the run.</summary>
    public int Follow(SafeFileHandle signals)
    {
        int code = _run.Watch.Follow(Sandbox, limits =>
        {
            int ended = Supervision.Run(Sandbox, signals, Orders(limits));
            _named?.Close();
            limits.Finish(signals);
            return ended;
        });
        return _run.Options.Boot ? RunSystem.ExitCode(Sandbox.End, code) : code;
    }

    /// <summary>Ends the sandbox, where it is still there.</summary>
    public void Dispose()
    {
        _guard?.Dispose();
        Sandbox.Dispose();
    }

    private SupervisionOrders Orders(LimitWatch limits) => new()
    {
        Limits = limits,
        Timeout = _run.Options.Timeout,
        StopSignal = _stopSignal,
        StopTimeout = _run.Options.StopTimeout,
        Terminal = _terminal,
    };
}
