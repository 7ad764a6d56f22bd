using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>What the command's process leaves for its starter when one of its steps failed: a filter of the user's may refuse it write(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FailureMark
{
    /// <summary>Set when there is one.</summary>
    public int IsSet;

    public Report Failure;
}
