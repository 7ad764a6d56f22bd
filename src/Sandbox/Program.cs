using Sandbox.CommandLine;
using Sandbox.Commands;
using Sandbox.Syscalls;

// What sandbox makes is its owner's to use, whatever the caller's mask takes away from new files.
const uint ownersBits = 0x1C0;
_ = Libc.umask(Libc.umask(0) & ~ownersBits);

int code;
try
{
    code = Arguments.Read(Environment.GetCommandLineArgs()[0], OwnWords.Restore(args)) switch
    {
        RunOptions run => RunCommand.Run(run),
        WorkerOptions worker => WorkerCommand.Run(worker),
        PsOptions ps => PsCommand.Run(ps),
        ExecOptions exec => ExecCommand.Run(exec),
        LogsOptions logs => LogsCommand.Run(logs),
        StopOptions stop => StopCommand.Run(stop),
        StartOptions start => StartCommand.Run(start),
        KillOptions kill => KillCommand.Run(kill),
        PauseOptions pause => PauseCommand.Run(pause),
        ResumeOptions resume => ResumeCommand.Run(resume),
        UpdateOptions update => UpdateCommand.Run(update),
        AwaitOptions wait => WaitCommand.Run(wait),
        RmOptions rm => RmCommand.Run(rm),
        StatsOptions stats => StatsCommand.Run(stats),
        SeccompOptions seccomp => SeccompCommand.Run(seccomp),
        LoadOptions load => LoadCommand.Run(load),
        ImagesOptions images => ImagesCommand.Run(images),
        InspectOptions inspect => InspectCommand.Run(inspect),
        TagOptions tag => TagCommand.Run(tag),
        RmiOptions rmi => RmiCommand.Run(rmi),
        PruneOptions prune => PruneCommand.Run(prune),
        SaveOptions save => SaveCommand.Run(save),
        BundleOptions bundle => BundleCommand.Run(bundle),
        VerifyOptions verify => VerifyCommand.Run(verify),
        CheckOptions check => CheckCommand.Run(check),
        MachineOptions machine => MachineCommand.Run(machine),
        MachineEndOptions end => MachineEndCommand.Run(end),
        OciInvocation oci => OciCommand.Run(oci),
        OciVersionOptions => OciCommand.PrintVersion(),
        HelpOptions help => HelpCommand.Run(help),
        CompletionOptions completion => CompletionCommand.Run(completion),
        VersionOptions => VersionCommand.Run(),
        Refusal refusal => RunCommand.Refuse(refusal),
        Invocation other => throw new NotSupportedException(other.ToString()),
    };
}
catch (Exception failure)
{
    code = Output.Fail(Output.Explain(failure));
}

RunCommand.GiveUp();

// Without the runtime's shutdown: nothing is left to be flushed, and it costs a fifth of a millisecond.
Libc._exit(code);
