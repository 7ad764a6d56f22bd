using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>The command itself: where it is looked for, and the last steps before it is executed.</summary>
internal static unsafe class CommandPlan
{
    // What execvp(3) falls back to, with the directories of administration that containers are used to.
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static CommandImage* Inspect(ProgramBuilder program, ProcessSpec process, CommandSettings settings)
    {
        // A sandbox in a sandbox is run from a volume of the caller's: the links of /proc lead to another mount, the host's.
        CommandImage* command = program.PutCommand(
            Candidates(process), process.Args, process.Env, settings.Nested ? settings.OwnExecutable : settings.OwnExecutable with { Mount = 0 });
        if (!process.Args.IsEmpty)
        {
            program.For($"run {process.Args[0]}");
            program.InspectCommand(command);
        }

        return command;
    }

    /// <summary>
    /// Lets the creation of a container fail where its user may not execute the command: whoever starts it later is often
    /// somebody else, who cannot mend that.
    /// </summary>
    public static void ProveRights(ProgramBuilder program, ProcessSpec process, CommandImage* command, LaunchSettings settings)
    {
        if (settings.Container is null || process.Args.IsEmpty)
        {
            return;
        }

        program.For($"run {process.Args[0]}");
        if (settings.IdMaps.AllowsGroups)
        {
            // They need not be taken back: what is done until the command has them anyway is done with capabilities.
            program.SetGroups(ImmutableCollectionsMarshal.AsArray(process.User.AdditionalGids));
        }

        program.ProveRights(command, process.User.Uid, process.User.Gid, process.Capabilities.Effective);
    }

    /// <summary>What the command starts with of the process: a session, its terminal, signals, descriptors.</summary>
    public static void Detach(ProgramBuilder program, Slot? terminal, CommandSettings settings)
    {
        if (settings.Init)
        {
            program.For("give the command a session of its own");
            program.SetSession();
        }
        else if (!settings.Detached)
        {
            // A change of user has just cleared it (prctl(2)), and there is no init of ours that would see the launcher go.
            SessionPlan.DieWithLauncher(program);
        }

        if (!settings.IsOfContainer)
        {
            TerminalPlan.Attach(program, terminal, settings.Terminal);
        }

        program.For("start the command with nothing of sandbox's");

        // The runtime ignores it, and what is ignored stays so through execve(2).
        program.ResetSignal(Signal.SIGPIPE);

        // A shell without job control has INT and QUIT ignored in what it starts by '&'; TERM is to reach the command as one of them.
        if (settings.StopSignal is not (Signal.SIGTERM or Signal.SIGPIPE or Signal.SIGKILL or Signal.SIGSTOP))
        {
            program.ResetSignal(settings.StopSignal);
        }

        program.CloseAllAtExec();
        foreach (int descriptor in settings.PreservedDescriptors)
        {
            program.KeepAtExec(descriptor);
        }

        program.SetSignalMask(settings.SignalMask);
    }

    public static void Execute(ProgramBuilder program, CommandImage* command)
    {
        program.For("run the command");
        program.Execute(command);
    }

    private static ImmutableArray<string> Candidates(ProcessSpec process)
    {
        // Where there is no command, none is found: such a container is refused its start, and could not be executed either.
        string name = process.Args.IsEmpty ? "" : process.Args[0];
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal))
        {
            return [name];
        }

        ImmutableArray<string>.Builder candidates = ImmutableArray.CreateBuilder<string>();
        foreach (string directory in SearchPath(process).Split(':'))
        {
            // An empty entry of PATH is the working directory (environ(7)).
            candidates.Add(directory.Length == 0 ? "./" + name : directory + "/" + name);
        }

        return candidates.ToImmutable();
    }

    private static string SearchPath(ProcessSpec process)
    {
        const string prefix = "PATH=";
        foreach (string variable in process.Env)
        {
            if (variable.StartsWith(prefix, StringComparison.Ordinal))
            {
                return variable[prefix.Length..];
            }
        }

        return DefaultPath;
    }
}
