using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>One record of the report pipe, written at once (it is shorter than PIPE_BUF).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Report
{
    public ReportKind Kind;

    /// <summary>Index of the step that failed, or the number of PID 1's system call.</summary>
    public int Step;

    /// <summary>errno of what failed, or the wait status of the command, or its PID.</summary>
    public int Value;

    /// <summary>What of a compound step failed, as its kind defines.</summary>
    public int Detail;
}
