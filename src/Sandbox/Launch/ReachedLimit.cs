namespace Sandbox.Launch;

/// <summary>Which of the launcher's own limits ended a command.</summary>
internal enum ReachedLimit
{
    None,
    Timeout,
    CpuTimeout,
    Output,
}
