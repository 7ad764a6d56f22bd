using Sandbox.Child;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>A system call that PID 1 cannot do without: its failure ends the sandbox, and the launcher is told which it was.</summary>
internal static unsafe class Requirement
{
    public static void Call(ProgramImage* program, SystemCall number, nint a = 0, nint b = 0, nint c = 0, nint d = 0) =>
        Check(program, number, Native.Call(number, a, b, c, d));

    public static void Check(ProgramImage* program, SystemCall number, nint result)
    {
        if (result >= 0)
        {
            return;
        }

        Report report = default;
        report.Kind = ReportKind.InitFailed;
        report.Step = (int)number;
        report.Value = *Native.ErrnoLocation();
        Native.Call(SystemCall.write, program->Slots[program->Init.Report], (nint)(&report), sizeof(Report));
        Interpreter.Exit(SandboxException.ExitCodeOfSandbox);
    }
}
