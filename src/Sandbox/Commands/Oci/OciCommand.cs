using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox oci</c> and <c>sandbox-oci</c>: an operation of the OCI runtime, and its failure in the words that engines look for.</summary>
internal static class OciCommand
{
    /// <summary>What every other failure ends with.</summary>
    private const int Failed = 1;

    /// <summary>What <c>exec</c> fails with, so that the failure is not taken for the command's.</summary>
    private const int ExecFailed = 255;

    public static int Run(OciInvocation invocation)
    {
        OciLog log = new(invocation.Global);
        if (invocation is OciRefusal { Refusal: var refusal })
        {
            return Fail(refusal.ToException(), Failed, log);
        }

        if (!Waits(invocation))
        {
            // An engine that gives up on an operation ends it by a signal; whoever waits for a command hands it on instead.
            Libc.sigprocmask(SignalMaskChange.SIG_SETMASK, Launch.BeforeRuntime.SignalMask);
        }

        try
        {
            log.Check();
            OciContext context = new(invocation.Global, log);
            log.Debug($"{invocation.Operation} {invocation.Id}".TrimEnd());
            return Dispatch(invocation, context);
        }
        catch (Exception raised) when (raised is SandboxException || FileFailure.Is(raised))
        {
            // An engine reads of it in the log alone.
            SandboxException failure = Output.Explain(raised);
            return Fail(failure, ExitCodeOf(invocation, failure), log);
        }
    }

    public static int PrintVersion() => Output.Print($"{OciVerb.ProgramName} version {CommandLine.Product.Version}\nspec: {Spec.SpecVersion.Own}\n");

    private static int Dispatch(OciInvocation invocation, OciContext context) => invocation switch
    {
        OciCreateOptions { Operation: "run" } run => RunOperation.Run(run, context),
        OciCreateOptions create => CreateOperation.Run(create, context),
        OciTargetOptions { Operation: "start" } start => StartOperation.Run(start, context),
        OciTargetOptions { Operation: "state" } state => StateOperation.Run(state, context),
        OciTargetOptions { Operation: "pause" } pause => PauseOperation.Pause(pause, context),
        OciTargetOptions { Operation: "resume" } resume => PauseOperation.Resume(resume, context),
        OciUpdateOptions update => UpdateOperation.Run(update, context),
        OciEventsOptions events => EventsOperation.Run(events, context),
        OciKillOptions kill => KillOperation.Run(kill, context),
        OciDeleteOptions delete => DeleteOperation.Run(delete, context),
        OciExecOptions exec => ExecOperation.Run(exec, context),
        OciListOptions { Operation: "list" } list => ListOperation.Run(list, context),
        OciListOptions processes => ProcessesOperation.Run(processes, context),
        OciFeaturesOptions => FeaturesOperation.Run(),
        OciSpecOptions spec => SpecOperation.Run(spec),
        _ => throw new NotSupportedException(invocation.Operation),
    };

    private static bool Waits(OciInvocation invocation) =>
        invocation is OciExecOptions { Detach: false } or OciCreateOptions { Operation: "run", Detach: false };

    private static int Fail(SandboxException failure, int exitCode, OciLog log)
    {
        string message = OciFailure.Describe(failure);
        log.Error(failure.Hint is { } hint ? $"{message} ({hint})" : message);
        return Output.Fail(message, failure.Hint, exitCode);
    }

    /// <summary>Where the command's own is waited for, engines and people tell ours from it.</summary>
    private static int ExitCodeOf(OciInvocation invocation, SandboxException failure) => invocation switch
    {
        OciExecOptions => ExecFailed,
        OciCreateOptions { Operation: "run" } when failure.ExitCode is OciFailure.CannotExecute or OciFailure.NotFound => failure.ExitCode,
        _ => Failed,
    };
}
