namespace Sandbox.Spec;

/// <summary>Who writes the maps of the user namespace.</summary>
internal enum IdMapWriter
{
    /// <summary>Nobody: there is no user namespace.</summary>
    None,

    /// <summary>The launcher itself.</summary>
    Launcher,

    /// <summary>newuidmap(1) and newgidmap(1), which may map ids of others on the word of /etc/subuid and /etc/subgid.</summary>
    Helpers,
}
