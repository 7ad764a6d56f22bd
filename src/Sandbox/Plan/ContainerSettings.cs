namespace Sandbox.Plan;

/// <summary>What a launch takes that ends in a container which waits for its start.</summary>
internal sealed record ContainerSettings
{
    /// <summary>The container's state while it is made, as hooks inside read it: up to the number of its process, and behind.</summary>
    public required (string Head, string Tail) Creating { get; init; }

    /// <summary>The same once it is made.</summary>
    public required (string Head, string Tail) Created { get; init; }

    /// <summary>Whether the host's root is an initramfs, which cannot be taken away from under the container's.</summary>
    public bool StaysOnInitialRoot { get; init; }
}
