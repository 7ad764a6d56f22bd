namespace Sandbox.Steps;

/// <summary>How far a process is when it tells the launcher so, and waits for its word.</summary>
internal enum LaunchStage
{
    /// <summary>All namespaces and mounts are there; the host's tree is still around them.</summary>
    Mounted = 1,

    /// <summary>Nothing but start is missing.</summary>
    Created = 2,

    /// <summary>The sandbox's cgroup is the top of a cgroup namespace of its own.</summary>
    Bordered = 3,
}
