namespace Sandbox.Steps;

/// <summary>How far a container's process is when it tells the launcher so, and waits for its word.</summary>
internal enum LaunchStage
{
    /// <summary>All namespaces and mounts are there; the host's tree is still around them.</summary>
    Mounted = 1,

    /// <summary>Nothing but start is missing.</summary>
    Created = 2,
}
