namespace Sandbox.Steps;

/// <summary>File systems that nearly every sandbox has, in the form that the early child makes before it has a program.</summary>
internal enum PreparedMount
{
    /// <summary>The directory that hides others: empty, and never written to.</summary>
    Empty = 0,

    /// <summary>proc(5).</summary>
    Processes = 1,

    /// <summary>The tmpfs of /dev, with nothing in it.</summary>
    Devices = 2,

    /// <summary>The tmpfs of /dev/shm.</summary>
    SharedMemory = 3,

    /// <summary>mq_overview(7).</summary>
    MessageQueues = 4,

    /// <summary>sysfs(5), read-only.</summary>
    System = 5,

    /// <summary>How many there are.</summary>
    Count = 6,
}
