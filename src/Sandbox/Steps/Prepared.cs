namespace Sandbox.Steps;

/// <summary>What nearly every program asks for, in the form in which the early child makes it before it has a program.</summary>
internal enum Prepared
{
    /// <summary>The tmpfs that the root file system is built in.</summary>
    Scaffold = 0,

    /// <summary>The directory that hides others: empty, and never written to.</summary>
    Empty = 1,

    /// <summary>proc(5).</summary>
    Processes = 2,

    /// <summary>The tmpfs of /dev, with nothing in it.</summary>
    Devices = 3,

    /// <summary>The tmpfs of /dev/shm.</summary>
    SharedMemory = 4,

    /// <summary>mq_overview(7).</summary>
    MessageQueues = 5,

    /// <summary>sysfs(5), read-only.</summary>
    System = 6,

    /// <summary>That the loopback interface is up: the first that is no mount.</summary>
    Loopback = 7,

    /// <summary>That no program can have other capabilities than <see cref="EarlyStart.Capabilities"/>.</summary>
    Bounding = 8,
}
