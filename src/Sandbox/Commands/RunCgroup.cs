using System.Collections.Immutable;
using System.Text;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary>The cgroup of a run: one for what was asked for, and one for the usual limit where a directory is ours anyway.</summary>
internal sealed class RunCgroup : IDisposable
{
    /// <summary>Processes and threads of a sandbox in a cgroup that nobody gave another number.</summary>
    private const string UsualPids = "2048";

    private RunCgroup(SandboxCgroup? cgroup, CgroupEntry entry)
    {
        Cgroup = cgroup;
        Entry = entry;
    }

    /// <summary>Null where the sandbox has none of its own.</summary>
    public SandboxCgroup? Cgroup { get; }

    public CgroupEntry Entry { get; }

    /// <summary>Whether the command line asks for something that only a cgroup can give.</summary>
    public static bool IsAskedFor(RunOptions options, RuntimeSpec spec) =>
        spec.Linux.Resources != ResourcesSpec.None || options.CgroupParent is not null || options.DelegateCgroup;

    /// <summary>None is made: for a launch that is only listed, as it would be where a directory is ours.</summary>
    public static RunCgroup Listed(RunOptions options, RuntimeSpec spec) => new(null, IsAskedFor(options, spec) ? CgroupEntry.Cloned : CgroupEntry.None);

    /// <summary>Makes it. A limit that cannot be held is a failure; the usual one is held where it costs nobody anything.</summary>
    public static RunCgroup Make(RunOptions options, RuntimeSpec spec)
    {
        if (IsAskedFor(options, spec))
        {
            return Of(CgroupSearch.Make(Request(options, spec)));
        }

        // Figures are kept in any cgroup of v2, and one is enough to pause a sandbox; the usual limit needs a hierarchy that
        // has the controllers.
        CgroupMount? whole = CgroupMount.FindWhole();
        if (whole is null && options.IsNamed && !IsWatched(options))
        {
            return Of(CgroupMount.Find() is { } beside ? CgroupSearch.TryMake(beside, new CgroupRequest { Name = CgroupRequest.NewName(), BeAlone = EarlyChild.GiveUp }) : null);
        }

        CgroupMount? found = IsWatched(options) ? CgroupMount.Find() : whole;
        return Of(found is { } mount ? CgroupSearch.TryMake(mount, Request(options, spec)) : null);
    }

    /// <summary>The specification of a sandbox that sees its cgroup, for looking or for dividing.</summary>
    public static RuntimeSpec Show(RunOptions options, RuntimeSpec spec) => spec with
    {
        Mounts = spec.Mounts.Insert(RunMounts.PlaceOfCgroup(spec.Mounts), DefaultMounts.Cgroup(options.DelegateCgroup)),
    };

    /// <summary>What <c>--dry-run</c> says of it.</summary>
    public static string List(RunOptions options, RuntimeSpec spec)
    {
        StringBuilder text = new();
        if (IsAskedFor(options, spec))
        {
            CgroupRequest request = Request(options, spec);
            text.Append($"launcher mkdir({options.CgroupParent ?? "<cgroup>"}/{CgroupRequest.Prefix}...)\n");
            foreach (CgroupSetting setting in request.Settings)
            {
                text.Append($"launcher write(<cgroup>/{setting.File}, \"{setting.Value}\")\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Removes what launchers that were killed left beside it.</summary>
    public void Sweep()
    {
        if (Cgroup is null)
        {
            return;
        }

        string above = Path.GetDirectoryName(Cgroup.Directory.Path)!;
        if (Entry == CgroupEntry.Cloned)
        {
            CgroupSweep.Beneath(above);
        }
        else
        {
            ScopeSweep.Beneath(Path.GetDirectoryName(above)!);
        }
    }

    /// <summary>Ends it with all that is in it.</summary>
    public void Dispose() => Cgroup?.Dispose();

    private static RunCgroup Of(SandboxCgroup? cgroup) => new(cgroup, cgroup is null ? CgroupEntry.None : cgroup.Entry is null ? CgroupEntry.Moved : CgroupEntry.Cloned);

    /// <summary>Whether there is something to be measured.</summary>
    private static bool IsWatched(RunOptions options) => options.Report is not null || options.CpuTimeout is not null;

    private static CgroupRequest Request(RunOptions options, RuntimeSpec spec)
    {
        ResourcesSpec resources = spec.Linux.Resources;
        ImmutableArray<CgroupSetting> settings = CgroupSettings.Of(resources);

        // Beside what was asked for the usual limit is no reason to fail; alone it is the reason for the cgroup.
        CgroupSetting usual = new("pids.max", UsualPids) { IfThere = IsAskedFor(options, spec) || IsWatched(options) };
        return new CgroupRequest
        {
            Name = CgroupRequest.NewName(),
            Parent = options.CgroupParent,
            Settings = resources.PidsLimit is null ? settings.Add(usual) : settings,
            Devices = resources.Devices,
            Wanted = Wanted(options),
            Owner = options.DelegateCgroup ? OwnerOf(spec) : null,
            DividesItself = options.Boot,
            Nested = options.Nested,
            BeAlone = EarlyChild.GiveUp,
            Otherwise = "--timeout, --ulimit and --scratch tmpfs:SIZE need no cgroup",
            Occupant = options.Report is null ? null : OccupantProcess.Start,
        };
    }

    /// <summary>For figures, and to be handed on to who may divide it: as many as there are.</summary>
    private static Controllers Wanted(RunOptions options) => options is { Report: null, DelegateCgroup: false }
        ? Controllers.pids
        : Controllers.pids | Controllers.memory | Controllers.cpu | Controllers.io | (options.DelegateCgroup ? Controllers.cpuset : Controllers.None);

    /// <summary>The sandbox's root, by the ids outside.</summary>
    private static CgroupOwner OwnerOf(RuntimeSpec spec) => new(
        spec.Linux.UidMappings is [var uid, ..] ? uid.HostId : 0, spec.Linux.GidMappings is [var gid, ..] ? gid.HostId : 0);
}
