namespace Sandbox.Spec;

/// <summary>Ids in a row, of users or of groups.</summary>
internal readonly record struct IdRange(uint First, uint Count)
{
    /// <summary>Counted as a long, so that a range may end at the last id of all.</summary>
    public long End => (long)First + Count;

    public bool Overlaps(IdRange other) => First < other.End && other.First < End;
}
