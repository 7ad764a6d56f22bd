using System.Collections.Immutable;
using System.Globalization;
using Sandbox.Spec;

namespace Sandbox.Cgroups;

/// <summary>What a cgroup is wanted for.</summary>
internal sealed record CgroupRequest
{
    /// <summary>What all names of sandboxes' cgroups begin with.</summary>
    public const string Prefix = "sandbox-";

    /// <summary>The name of the directory.</summary>
    public required string Name { get; init; }

    /// <summary>The directory to make it in (<c>--cgroup-parent</c>), as the kernel writes it: /machine.slice. Null for wherever we may.</summary>
    public string? Parent { get; init; }

    public ImmutableArray<CgroupSetting> Settings { get; init; } = [];

    public ImmutableArray<DeviceRuleSpec> Devices { get; init; } = [];

    /// <summary>Controllers for their figures alone: without them there are fewer.</summary>
    public Controllers Wanted { get; init; }

    /// <summary>Who may make cgroups in it: ids outside of the sandbox; null for nobody.</summary>
    public CgroupOwner? Owner { get; init; }

    /// <summary>Whether its first process, an init, moves itself to a leaf before it makes others.</summary>
    public bool DividesItself { get; init; }

    /// <summary>Whether the sandbox can make user namespaces, and in them mount what it has of the hierarchy.</summary>
    public bool Nested { get; init; }

    /// <summary>Ends what else this launcher has running, before its own cgroup is divided: a cgroup that holds processes cannot be.</summary>
    public Action? BeAlone { get; init; }

    /// <summary>
    /// Starts the process that keeps a scope of systemd's from ending with the sandbox, where figures are read after that; null
    /// for none.
    /// </summary>
    public Func<IOccupant>? Occupant { get; init; }

    /// <summary>What the caller can do without a cgroup, for the hint of a failure; null where that is nothing.</summary>
    public string? Otherwise { get; init; }

    /// <summary>Controllers that must be there, whether a setting needs them or not.</summary>
    public Controllers Required { get; init; }

    /// <summary>Those without which a limit would not hold.</summary>
    public Controllers Needed => Required | CgroupSettings.ControllersOf(Settings);

    /// <summary>A name that nobody else has.</summary>
    public static string NewName() => $"{Prefix}{Syscalls.Libc.GetRandom():x16}";

    /// <summary>Whether a name is one of those that <see cref="NewName"/> gives: others that begin in the same way are other people's.</summary>
    public static bool IsName(string name) =>
        name.Length == Prefix.Length + (2 * sizeof(ulong))
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && ulong.TryParse(name.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
}
