namespace Sandbox.Plan;

/// <summary>The maps of the user namespace as uid_map and gid_map take them, and who writes them.</summary>
internal sealed record IdMapText(MapWriter Writer, string Uids, string Gids)
{
    /// <summary>There is no user namespace, and nothing to map.</summary>
    public static IdMapText None { get; } = new(MapWriter.Nobody, "", "");

    /// <summary>Whether a new user namespace's setgroups(2) stays allowed.</summary>
    public bool AllowsGroups { get; init; } = true;
}
