namespace Sandbox.Steps;

/// <summary>What is measured before the command is started.</summary>
internal enum Figure
{
    /// <summary>CLOCK_MONOTONIC.</summary>
    Clock = 0,

    /// <summary>What the process that becomes PID 1 has used.</summary>
    UserTime = 1,

    SystemTime = 2,
}
