using Sandbox.Init;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// Carries out a launch program in the freshly cloned child, from its first step to the end of PID 1. It never allocates,
/// never throws and touches no static: the .NET runtime's threads were not cloned along, and whatever waits for them waits
/// for ever.
/// </summary>
internal static unsafe class Interpreter
{
    /// <summary>The exit code of a child whose launch failed; the report says why.</summary>
    public const int LaunchFailed = SandboxException.ExitCodeOfSandbox;

    /// <summary>Runs the program to its end. Does not return.</summary>
    public static void Run(ProgramImage* program)
    {
        StepExecution.Run(program, 0, program->CommandStart);
        if (program->CommandStart == program->StepCount)
        {
            Exit(LaunchFailed);
        }

        if (program->Init.SurrendersFirst != 0)
        {
            int traced = Surrender.Start(program);
            EndWithFailure(program);
            Telling.Start(program, traced);
            Reaper.Watch(program, traced);
        }

        if (program->Init.Role == StarterRole.LeaverToInit)
        {
            Successor.GoInside(program);
        }

        int command = StartCommand(program);
        bool isEnding = LookBack(program, command);
        Telling.Start(program, command);
        if (program->Init.Role is StarterRole.Leaver or StarterRole.LeaverToInit)
        {
            Exit(0);
        }

        Reaper.Run(program, command, isEnding);
    }

    /// <summary>_exit(2). Does not return.</summary>
    public static void Exit(int code)
    {
        Native.Call(SystemCall.exit_group, code);

        // A filter of the user's need not allow that: a single thread ends by exit(2) as well, and who may not call either
        // dies of what no filter is asked about, a write to a page that nobody can have.
        Native.Call(SystemCall.exit, code);
        while (true)
        {
            *(byte*)1 = 0;
        }
    }

    /// <summary>
    /// Like vfork(2), on a stack of its own: nothing is copied, and this process sleeps until the command is executed
    /// or has failed. Where somebody may trace the command's process before that, it has a copy of the memory.
    /// </summary>
    private static int StartCommand(ProgramImage* program)
    {
        CloneFlags memory = program->Steps[program->CommandStart].A != 0 ? CloneFlags.None : CloneFlags.CLONE_VM;
        int flags = (int)(memory | CloneFlags.CLONE_VFORK) | (int)Signal.SIGCHLD;
        Placement.Stay(program->Early);
        int pid = Native.CloneOnStack((delegate*<void*, int>)&RunOnStack, program->CommandStackTop, flags, program);
        if (pid < 0)
        {
            Fail(program, program->CommandStart, *Native.ErrnoLocation(), 0);
        }

        EndWithFailure(program);
        return pid;
    }

    private static void EndWithFailure(ProgramImage* program)
    {
        if (program->Mark->IsSet != 0)
        {
            Telling.FailureOfCommand(program);
            Exit(LaunchFailed);
        }
    }

    /// <summary>Ends everything when the command turns out to be sandbox's own executable. Returns whether it is ending already.</summary>
    private static bool LookBack(ProgramImage* program, int command)
    {
        if (program->Init.Command == null)
        {
            return false;
        }

        bool isEnding;
        CommandRefusal refusal = OwnExecutable.LookBack(program->Init.Command, program->Slots[program->Init.Processes], command, &isEnding);
        if (refusal != CommandRefusal.None)
        {
            Fail(program, program->StepCount - 1, (int)Errno.EACCES, (int)refusal);
        }

        return isEnding;
    }

    private static int RunOnStack(void* argument)
    {
        ProgramImage* program = (ProgramImage*)argument;
        Placement.Go(program->Early);
        RunCommand(program);
        return LaunchFailed;
    }

    /// <summary>The command's own steps, in its own process. Does not return.</summary>
    public static void RunCommand(ProgramImage* program)
    {
        StepExecution.Run(program, program->CommandStart + 1, program->StepCount);
        Exit(LaunchFailed);
    }

    /// <summary>Tells the launcher which step failed, and ends. Does not return.</summary>
    public static void Fail(ProgramImage* program, int index, int errno, int detail)
    {
        Telling.Failure(program, index, errno, detail);
        Exit(LaunchFailed);
    }
}
