using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The ids of a sandbox: which there are inside, and what they are outside.</summary>
internal sealed record IdMaps(IdMapWriter Writer, ImmutableArray<IdMapping> Uids, ImmutableArray<IdMapping> Gids)
{
    /// <summary>No user namespace: ids inside are ids outside.</summary>
    public static IdMaps Host { get; } = new(IdMapWriter.None, [], []);

    public bool HasUserNamespace => Writer != IdMapWriter.None;

    /// <summary>
    /// Whether the command may have supplementary groups. An unprivileged process must give up setgroups(2) before
    /// it may map its own gid (user_namespaces(7)); the caller's groups then stay in force.
    /// </summary>
    public bool AllowsGroups { get; init; } = true;

    public bool HasUid(uint id) => Has(Uids, id);

    public bool HasGid(uint id) => Has(Gids, id);

    /// <summary>The ids of a map, for a message: "0-65536".</summary>
    public static string Describe(ImmutableArray<IdMapping> map)
    {
        List<(uint First, uint Last)> parts = [];
        foreach (IdMapping line in map)
        {
            uint last = line.ContainerId + (line.Size - 1);
            if (parts.Count > 0 && parts[^1].Last + 1 == line.ContainerId)
            {
                parts[^1] = (parts[^1].First, last);
            }
            else
            {
                parts.Add((line.ContainerId, last));
            }
        }

        return string.Join(", ", parts.Select(part => part.First == part.Last ? $"{part.First}" : $"{part.First}-{part.Last}"));
    }

    private bool Has(ImmutableArray<IdMapping> map, uint id)
    {
        if (!HasUserNamespace)
        {
            return true;
        }

        foreach (IdMapping line in map)
        {
            if (id >= line.ContainerId && id - line.ContainerId < line.Size)
            {
                return true;
            }
        }

        return false;
    }
}
