using System.Collections.Immutable;
using System.Globalization;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// A user namespace around the sandbox's own, where the command keeps CAP_SYS_RESOURCE: with it, it can lift the limits
/// of its own user namespace, but none of one further out (kernel/ucount.c counts in all of them). The outer one holds
/// the limit, and nobody is in it once the sandbox is made.
/// </summary>
internal static class OuterNamespacePlan
{
    /// <summary>The sandbox's own user namespace is the one that the outer one may have; it is never given back before the sandbox's end.</summary>
    private const string OnlyOne = "1";

    public static bool IsNeeded(RuntimeSpec spec) =>
        spec.Linux.MaxUserNamespaces is not null && (spec.Process.Capabilities.Bounding & (1UL << (int)Capability.CAP_SYS_RESOURCE)) != 0;

    /// <summary>The process that the launcher has made is in the outer one; a child of the launcher's goes on in the inner one, with all other namespaces.</summary>
    public static void Enter(ProgramBuilder program, LaunchSlots slots, RuntimeSpec spec, LaunchSettings settings, CloneFlags created)
    {
        if (!IsNeeded(spec))
        {
            return;
        }

        IdMapPlan.Apply(program, slots.Lifeline, settings.IdMaps);

        // Before the inner one, which so counts: there is no instant at which the command could make another.
        NamespacePlan.LimitUserNamespaces(program, OnlyOne);
        program.For("make a user namespace within another", static errno => errno is Errno.EPERM or Errno.EACCES or Errno.ENOSPC ? Hints.UserNamespaces : null);
        program.HandOver(created, Inner(spec.Linux.UidMappings), Inner(spec.Linux.GidMappings));
        program.Await(slots.Lifeline);
    }

    /// <summary>The maps of the outer one, in the launcher's ids.</summary>
    public static IdMapText Maps(RuntimeSpec spec, LaunchSettings settings) =>

        // The machine's root stays itself until all is reached that only it may reach, and has no id inside: out here it
        // must have one, because a user namespace is only made by somebody who is known in the one around it (EPERM).
        !settings.IdMappedLayers ? settings.IdMaps : settings.IdMaps with
        {
            Uids = settings.IdMaps.Uids + Root(spec.Linux.UidMappings),
            Gids = settings.IdMaps.Gids + Root(spec.Linux.GidMappings),
        };

    private static string Root(ImmutableArray<IdMapping> map)
    {
        ulong next = 0;
        foreach (IdMapping line in map)
        {
            next = Math.Max(next, line.ContainerId + (ulong)line.Size);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{next} 0 1\n");
    }

    /// <summary>The same ids as around it.</summary>
    private static string Inner(ImmutableArray<IdMapping> map)
    {
        ImmutableArray<IdMapping>.Builder same = ImmutableArray.CreateBuilder<IdMapping>();
        foreach (IdMapping line in map)
        {
            same.Add(line with { HostId = line.ContainerId });
        }

        return IdMapPlan.Text(same.ToImmutable());
    }
}
