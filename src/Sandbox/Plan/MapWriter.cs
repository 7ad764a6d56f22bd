namespace Sandbox.Plan;

/// <summary>Who writes uid_map and gid_map.</summary>
internal enum MapWriter
{
    /// <summary>There is no user namespace.</summary>
    Nobody,

    /// <summary>The child itself, which may map the one id that it has.</summary>
    Child,

    /// <summary>The launcher, while the child waits.</summary>
    Launcher,

    /// <summary>newuidmap(1) and newgidmap(1), which the launcher runs while the child waits.</summary>
    Helpers,
}
