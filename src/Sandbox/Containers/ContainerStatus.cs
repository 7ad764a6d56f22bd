namespace Sandbox.Containers;

/// <summary>Where a container is in its life (the specification's "status").</summary>
internal enum ContainerStatus
{
    /// <summary>Something still has to be made; hooks see a container so.</summary>
    Creating,

    /// <summary>Everything is there, and the command waits for start.</summary>
    Created,

    Running,

    /// <summary>Every process of it is frozen.</summary>
    Paused,

    Stopped,
}
