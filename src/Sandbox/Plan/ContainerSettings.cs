namespace Sandbox.Plan;

/// <summary>What a launch takes that ends in a container which waits for its start.</summary>
internal sealed record ContainerSettings
{
    /// <summary>The container's state while it is made, as hooks inside read it: up to the number of its process, and behind.</summary>
    public required (string Head, string Tail) Creating { get; init; }

    /// <summary>The same once it is made.</summary>
    public required (string Head, string Tail) Created { get; init; }

    /// <summary>The mask of the runtime's own, for what hooks make that are run while the container is made.</summary>
    public uint Umask { get; init; }

    /// <summary>Whether the host's root is an initramfs, which cannot be taken away from under the container's.</summary>
    public bool StaysOnInitialRoot { get; init; }
}
