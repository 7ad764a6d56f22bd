using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The mount rules said a second time, to another part of the kernel (landlock(7)): below a read-only root nothing is
/// written but where a writable mount is, even if a mount was got wrong; outside of the root nothing but what the caller has
/// opened for writing; and signals and abstract sockets stay inside.
/// Landlock knows no exceptions: a read-only mount below a place that is writable it cannot repeat. To grant writing to all
/// of a root but one directory would leave nobody free to make another beside it.
/// </summary>
internal static class LandlockPlan
{
    private const LandlockScope AllScopes = LandlockScope.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LandlockScope.LANDLOCK_SCOPE_SIGNAL;

    private const LandlockAccess Devices = LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_CHAR | LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_BLOCK;

    private const LandlockAccess Changes =
        LandlockAccess.LANDLOCK_ACCESS_FS_WRITE_FILE | LandlockAccess.LANDLOCK_ACCESS_FS_REMOVE_DIR | LandlockAccess.LANDLOCK_ACCESS_FS_REMOVE_FILE |
        LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_DIR | LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_REG | LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_SOCK |
        LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_FIFO | LandlockAccess.LANDLOCK_ACCESS_FS_MAKE_SYM;

    /// <summary>Makes the ruleset while all paths can be reached; null where there is none, and the command does without.</summary>
    /// <param name="scopes">What stays among those who are confined together: a second command of a sandbox is a second domain.</param>
    public static Slot? Prepare(ProgramBuilder program, Slot root, RuntimeSpec spec, CommandSettings settings, LandlockScope scopes = AllScopes)
    {
        LandlockVersion version = new(settings.LandlockVersion);
        TcpPortSpec? ports = spec.Process.TcpPorts;
        if (ports is not null && !version.CoversPorts)
        {
            throw new SandboxException("cannot bound TCP ports", version.IsUsed ? version.Ports : version.Absence, "Linux 6.7 or later does; without --tcp-ports, --network none keeps all of them away");
        }

        bool repeats = version.IsUsed && RepeatsMounts(spec, settings);
        if (!repeats && ports is null)
        {
            return null;
        }

        program.For("repeat the mount rules (Landlock)");
        Slot ruleset = program.LandlockRuleset(
            repeats ? Devices | LandlockAccess.LANDLOCK_ACCESS_FS_REFER | ChangesOf(version) : LandlockAccess.None,
            repeats && version.CoversScopes ? scopes : LandlockScope.None,
            ports is null ? LandlockNetwork.None : LandlockNetwork.LANDLOCK_ACCESS_NET_BIND_TCP | LandlockNetwork.LANDLOCK_ACCESS_NET_CONNECT_TCP);
        if (repeats)
        {
            RepeatMounts(program, ruleset, root, spec, ChangesOf(version), settings);
        }

        if (ports is not null)
        {
            program.For("bound TCP ports (Landlock)");
            AllowPorts(program, ruleset, LandlockNetwork.LANDLOCK_ACCESS_NET_BIND_TCP, ports.Bind);
            AllowPorts(program, ruleset, LandlockNetwork.LANDLOCK_ACCESS_NET_CONNECT_TCP, ports.Connect);
        }

        return ruleset;
    }

    /// <summary>From here on for this process and all that it starts.</summary>
    public static void Restrict(ProgramBuilder program, Slot? ruleset)
    {
        if (ruleset is { } rules)
        {
            program.For("repeat the mount rules (Landlock)");
            program.LandlockRestrict(rules);
        }
    }

    /// <summary>What of the mount rules Landlock does not repeat here, in sentences; none where nothing was to be repeated.</summary>
    public static ImmutableArray<string> Gaps(RuntimeSpec spec, CommandSettings settings)
    {
        LandlockVersion version = new(settings.LandlockVersion);
        if (!RepeatsMounts(spec, settings))
        {
            return [];
        }

        if (!version.IsUsed)
        {
            return [version.Absence];
        }

        ImmutableArray<string>.Builder gaps = ImmutableArray.CreateBuilder<string>();
        if (!spec.ReadOnlyRoot)
        {
            gaps.Add("the root file system is writable: Landlock does not repeat which mounts in it are read-only");
        }
        else
        {
            AddUnrepeated(gaps, spec, settings);
        }

        if (!version.CoversTruncate)
        {
            gaps.Add(version.Truncate);
        }

        if (!version.CoversScopes)
        {
            gaps.Add(version.Scopes);
        }

        return gaps.ToImmutable();
    }

    /// <summary>Whether a read-only mount stays so by Landlock alone.</summary>
    public static bool RepeatsReadOnly(MountSpec mount, RuntimeSpec spec, CommandSettings settings) =>
        spec.ReadOnlyRoot && new LandlockVersion(settings.LandlockVersion).IsUsed && RepeatsMounts(spec, settings)
        && !WritablePlaces(spec).Exists(place => mount.Destination.StartsWith(place + "/", StringComparison.Ordinal));

    private static LandlockAccess ChangesOf(LandlockVersion version) =>
        Changes | (version.CoversTruncate ? LandlockAccess.LANDLOCK_ACCESS_FS_TRUNCATE : 0);

    private static void AddUnrepeated(ImmutableArray<string>.Builder gaps, RuntimeSpec spec, CommandSettings settings)
    {
        foreach (MountSpec mount in spec.Mounts)
        {
            if (mount is { IsBind: true, IsReadOnly: true } && !RepeatsReadOnly(mount, spec, settings))
            {
                gaps.Add($"Landlock does not repeat that {mount.Destination} is read-only: it lies in what is writable");
            }
        }
    }

    private static void RepeatMounts(ProgramBuilder program, Slot ruleset, Slot root, RuntimeSpec spec, LandlockAccess changes, CommandSettings settings)
    {
        program.AllowBeneath(
            ruleset, root, LandlockAccess.LANDLOCK_ACCESS_FS_REFER | (Holds(spec, Capability.CAP_MKNOD) ? Devices : 0) | (spec.ReadOnlyRoot ? 0 : changes));
        foreach (int descriptor in settings.WritableDescriptors)
        {
            // /dev/stdout opens the caller's file anew, which lies outside; /dev/stdin must not open for writing what the caller opened for
            // reading, and owns. A pipe or socket needs no rule, and takes none.
            program.AllowBeneath(ruleset, descriptor, changes, Errno.EBADFD);
        }

        foreach (string place in spec.ReadOnlyRoot ? WritablePlaces(spec) : WritableQueues(spec))
        {
            program.AllowBeneath(ruleset, program.FindTarget(root, place, ProgramBuilder.TargetKind.Directory), changes);
        }
    }

    private static void AllowPorts(ProgramBuilder program, Slot ruleset, LandlockNetwork right, ImmutableArray<ushort> ports)
    {
        foreach (ushort port in ports)
        {
            program.AllowPort(ruleset, right, port);
        }
    }

    /// <summary>A domain with rules for files lets no mount happen, which is what CAP_SYS_ADMIN and <c>--nested</c> are for.</summary>
    private static bool RepeatsMounts(RuntimeSpec spec, CommandSettings settings) => !settings.Nested && !Holds(spec, Capability.CAP_SYS_ADMIN);

    private static bool Holds(RuntimeSpec spec, Capability capability) => (spec.Process.Capabilities.Bounding & (1UL << (int)capability)) != 0;

    /// <summary>
    /// mq_open(3) goes by a mount that the kernel keeps to itself: no place above leads there, and only a rule for the file system's
    /// own directory is met on the way.
    /// </summary>
    private static List<string> WritableQueues(RuntimeSpec spec)
    {
        List<string> places = [];
        foreach (MountSpec mount in spec.Mounts)
        {
            if (mount is { Type: "mqueue", IsReadOnly: false })
            {
                places.Add(mount.Destination);
            }
        }

        return places;
    }

    /// <summary>Volumes and places of writable mounts; those beneath another go without saying, but for queues of messages.</summary>
    private static List<string> WritablePlaces(RuntimeSpec spec)
    {
        List<string> places = [.. spec.Volumes, .. WritableQueues(spec)];
        foreach (MountSpec mount in spec.Mounts)
        {
            if (!mount.IsReadOnly && !places.Contains(mount.Destination) && !places.Exists(place => mount.Destination.StartsWith(place + "/", StringComparison.Ordinal)))
            {
                places.Add(mount.Destination);
            }
        }

        return places;
    }
}
