namespace Sandbox.CommandLine;

/// <summary>How ids inside are mapped to ids outside (<c>--userns</c>).</summary>
internal enum UserNamespaceMode
{
    /// <summary>All the ids that the caller may use.</summary>
    Auto,

    /// <summary>The caller alone, as id 0.</summary>
    Single,

    /// <summary>No user namespace; for root only.</summary>
    Host,
}
