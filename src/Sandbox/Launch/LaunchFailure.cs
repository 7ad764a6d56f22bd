using System.Runtime.InteropServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>Turns the child's numbers into words: which step, what it was for, why it failed, what helps.</summary>
internal static unsafe class LaunchFailure
{
    private const int CannotExecute = 126, NotFound = 127;

    public static SandboxException Describe(LaunchProgram program, Report failure)
    {
        Errno errno = (Errno)failure.Value;
        if (failure.Kind == ReportKind.InitFailed)
        {
            return new SandboxException("cannot keep PID 1 out of the command's reach", $"{(SystemCall)failure.Step}: {SandboxException.Describe(errno)}", errno: errno);
        }

        Step step = program[failure.Step];
        return step.Kind switch
        {
            StepKind.RunHook => new SandboxException($"cannot {program.Purposes[step.Purpose].What}", WhyHookFailed(errno, failure.Detail), errno: errno),
            StepKind.Execute or StepKind.InspectCommand or StepKind.ProveRights => DescribeCommand((CommandImage*)step.A, errno, (CommandRefusal)failure.Detail),
            _ => DescribeStep(program, step, errno),
        };
    }

    /// <summary>Of a child that a seccomp filter of the caller's has ended: nothing in it could tell.</summary>
    public static SandboxException Filtered() => new(
        "cannot start the command",
        "a seccomp filter under which sandbox was started ended the process for a system call",
        "in a unit, SystemCallFilter= must allow @mount, @setuid, @sandbox and personality too; with SystemCallErrorNumber=EPERM the failure names the call");

    /// <param name="status">How it ended.</param>
    public static string WhyHookFailed(Errno errno, int status) => errno switch
    {
        Errno.ETIMEDOUT => "it took more than its time",
        Errno.ECANCELED => $"it ended with {new WaitStatus(status).ExitCode}",
        _ => SandboxException.Describe(errno),
    };

    private static SandboxException DescribeStep(LaunchProgram program, Step step, Errno errno)
    {
        Purpose purpose = program.Purposes[step.Purpose];
        string call = step.Kind == StepKind.Call ? $"{(SystemCall)step.Number}: " : "";
        string why = step.Kind switch
        {
            StepKind.Expect => "it is not what it should be",
            StepKind.Refuse => Marshal.PtrToStringUTF8(step.D)!,
            _ => SandboxException.Describe(errno),
        };
        return new SandboxException($"cannot {purpose.What}", call + why, purpose.Hint?.Invoke(errno) ?? Usual(errno), errno: errno);
    }

    private static string? Usual(Errno errno) => errno switch
    {
        Errno.EFBIG => "raise the limit on the size of files (ulimit -f); one for the command alone is --ulimit fsize=BYTES",
        Errno.ENOSPC => $"{SandboxException.HintOfRoom(errno)}; or it is a limit on mounts: sysctl fs.mount-max, user.max_mnt_namespaces",
        _ => SandboxException.HintOf(errno) ?? SandboxException.HintOfHiding(errno),
    };

    private static SandboxException DescribeCommand(CommandImage* command, Errno errno, CommandRefusal refusal)
    {
        string what = $"cannot run {Name(command)}";
        return (refusal, errno) switch
        {
            (CommandRefusal.OwnExecutable, _) => new(
                what, "it leads to sandbox's own executable, through a link in /proc, or from one link or interpreter to the next without an end", "name a program of the image", CannotExecute, errno),
            (CommandRefusal.Unreadable, _) => new(
                what, "it cannot be read, nor then whether it leads to sandbox's own executable", "make it and the interpreter that it names readable for the root of the sandbox", CannotExecute, errno),
            (CommandRefusal.InterpreterMissing, _) => new(
                what, "it is there, but the interpreter that it names is not in the image", "look at its first line, or at its PT_INTERP (readelf -l)", NotFound, errno),
            (_, Errno.ENOENT or Errno.ENOTDIR) => new(
                what, "not found in the image", HintToFind(command), NotFound, errno),
            (_, Errno.EACCES) => new(
                what, SandboxException.Describe(errno), "it must be a regular file that the user of the sandbox may execute, on a mount without noexec", CannotExecute, errno),
            (_, Errno.ENOEXEC) => new(
                what, "the kernel does not know its format", "a script needs a first line such as #!/bin/sh; a program must be built for this machine", CannotExecute, errno),
            _ => new(what, SandboxException.Describe(errno), null, CannotExecute, errno),
        };
    }

    private static string HintToFind(CommandImage* command) => Name(command) switch
    {
        ['-', ..] => "the options of sandbox go before the image: what follows it is the command",
        { } name when name.Contains('/', StringComparison.Ordinal) => "a path is looked for inside the sandbox only; -v brings a file of this machine in",
        _ => "a name without a slash is looked for in the PATH of the sandbox; set it with -e PATH=...",
    };

    private static string Name(CommandImage* command) =>
        Marshal.PtrToStringUTF8((nint)command->Arguments[0]) is { Length: > 0 } name ? name : "''";
}
