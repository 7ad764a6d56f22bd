namespace Sandbox.CommandLine;

/// <summary>What the verbs that work on images have in common.</summary>
internal abstract record StoreInvocation : Invocation
{
    /// <summary>Which trees of the store: those that were unpacked with these ids.</summary>
    public UserNamespaceMode UserNamespace { get; init; } = UserNamespaceMode.Auto;

    public ProgressOption Progress { get; init; }

    /// <summary>OS/ARCH[/VARIANT], or null for the machine's own.</summary>
    public string? Platform { get; init; }

    /// <summary>Whether the result is printed as JSON.</summary>
    public bool Json { get; init; }
}
