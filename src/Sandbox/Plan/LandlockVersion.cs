using System.Collections.Immutable;

namespace Sandbox.Plan;

/// <summary>What a version of landlock(7) covers of what sandbox asks of it.</summary>
/// <param name="Number">The version that the kernel offers; 0 for none.</param>
internal readonly record struct LandlockVersion(int Number)
{
    /// <summary>Files can be moved between directories; under an older one no move would work, and it is not used.</summary>
    public bool IsUsed => Number >= 2;

    /// <summary>truncate(2), Linux 6.2.</summary>
    public bool CoversTruncate => Number >= 3;

    /// <summary>TCP ports, Linux 6.7.</summary>
    public bool CoversPorts => Number >= 4;

    /// <summary>Signals and abstract unix sockets, Linux 6.12.</summary>
    public bool CoversScopes => Number >= 6;

    /// <summary>What this kernel leaves uncovered, in a sentence each; for those who ask how well the machine confines.</summary>
    public ImmutableArray<string> Gaps()
    {
        if (!IsUsed)
        {
            return [Absence];
        }

        ImmutableArray<string>.Builder gaps = ImmutableArray.CreateBuilder<string>();
        Add(CoversTruncate, Truncate);
        Add(CoversPorts, Ports);
        Add(CoversScopes, Scopes);
        return gaps.ToImmutable();

        void Add(bool isCovered, string gap)
        {
            if (!isCovered)
            {
                gaps.Add(gap);
            }
        }
    }

    /// <summary>Why there is none at all.</summary>
    public string Absence => Number == 0
        ? "the kernel offers no Landlock: the mount rules stand alone"
        : "Landlock 1 lets no file be moved: it is not used, and the mount rules stand alone";

    public string Truncate => $"Landlock {Number} does not cover truncate(2)";

    public string Ports => $"Landlock {Number} does not cover TCP ports: --tcp-ports is refused";

    public string Scopes => $"Landlock {Number} does not cover signals and abstract unix sockets";
}
