namespace Sandbox.CommandLine;

/// <summary>What the sandbox sees of the network (<c>--network</c>).</summary>
internal enum NetworkMode
{
    /// <summary>A network namespace of its own with nothing but <c>lo</c>.</summary>
    None,

    /// <summary>The caller's network, unchanged.</summary>
    Host,
}
