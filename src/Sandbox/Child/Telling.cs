using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>What the child tells its launcher, a report each.</summary>
internal static unsafe class Telling
{
    /// <summary>Who waits for the command to be executed reads it here.</summary>
    public static void Start(ProgramImage* program, int command)
    {
        Report report = default;
        report.Kind = ReportKind.Started;
        report.Value = command;
        Write(program, &report);
    }

    /// <summary>How far the launch has come; a negative errno where it could not be told.</summary>
    public static nint Stage(ProgramImage* program, int stage)
    {
        Report report = default;
        report.Kind = ReportKind.Reached;
        report.Value = stage;
        return Write(program, &report) < 0 ? -*Native.ErrnoLocation() : 0;
    }

    /// <summary>Which step failed.</summary>
    public static void Failure(ProgramImage* program, int index, int errno, int detail)
    {
        Report report = default;
        report.Kind = ReportKind.StepFailed;
        report.Step = index;
        report.Value = errno;
        report.Detail = detail;
        program->Mark->Failure = report;
        program->Mark->IsSet = 1;
        Write(program, &report);
    }

    /// <summary>The same for a command's process that may not have been let: of two the launcher keeps the first.</summary>
    public static void FailureOfCommand(ProgramImage* program)
    {
        // Whoever traces that process may have written it: it is a failure whatever it says.
        Report report = program->Mark->Failure;
        report.Kind = ReportKind.StepFailed;
        Write(program, &report);
    }

    private static nint Write(ProgramImage* program, Report* report) =>
        Native.Call(SystemCall.write, program->Slots[program->Init.Report], (nint)report, sizeof(Report));
}
