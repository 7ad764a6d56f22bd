using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The programs that are run at points of a container's life ("hooks"), each list in its order.</summary>
internal sealed record HooksSpec
{
    public static HooksSpec None { get; } = new();

    /// <summary>Deprecated: runs together with, and before, <see cref="CreateRuntime"/>.</summary>
    public ImmutableArray<HookSpec> Prestart { get; init; } = [];

    /// <summary>In the runtime's namespaces, before pivot_root(2).</summary>
    public ImmutableArray<HookSpec> CreateRuntime { get; init; } = [];

    /// <summary>In the container's namespaces, before pivot_root(2).</summary>
    public ImmutableArray<HookSpec> CreateContainer { get; init; } = [];

    /// <summary>In the container's namespaces and root, before the command is executed.</summary>
    public ImmutableArray<HookSpec> StartContainer { get; init; } = [];

    public ImmutableArray<HookSpec> Poststart { get; init; } = [];

    public ImmutableArray<HookSpec> Poststop { get; init; } = [];
}
