namespace Sandbox.Steps;

/// <summary>What a report is about.</summary>
internal enum ReportKind
{
    None = 0,

    /// <summary>A step failed: its index and errno.</summary>
    StepFailed = 1,

    /// <summary>The command ended: its wait status.</summary>
    Ended = 2,

    /// <summary>PID 1 could not be made safe beside the command: the number of its system call, and errno.</summary>
    InitFailed = 3,

    /// <summary>The command is executed: its PID, as the one who started it sees it.</summary>
    Started = 4,

    /// <summary>The command is about to be started: a <see cref="Figure"/>, and its microseconds in the two last members, the low half first.</summary>
    Measured = 5,

    /// <summary>Another process carries out the rest of the program: its PID.</summary>
    HandedOver = 6,

    /// <summary>A container's process is so far: its stage.</summary>
    Reached = 7,
}
