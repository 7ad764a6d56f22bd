using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>Reads "linux.namespaces" and what only makes sense with them.</summary>
internal static class NamespaceReader
{
    public static (NamespaceFlags Created, ImmutableArray<JoinedNamespace> Joined) Read(JsonPlace linux)
    {
        NamespaceFlags created = NamespaceFlags.None, seen = NamespaceFlags.None;
        ImmutableArray<JoinedNamespace>.Builder joined = ImmutableArray.CreateBuilder<JoinedNamespace>();
        foreach (JsonPlace item in linux.Items("namespaces"))
        {
            JsonPlace type = item.Required("type");
            NamespaceFlags kind = Kind(type);
            if (seen.HasFlag(kind))
            {
                throw type.Wrong($"there is another namespace of the type {type.Text()}");
            }

            seen |= kind;
            if (ConfigReader.Filled(item, "path") is null)
            {
                created |= kind;
            }
            else
            {
                joined.Add(new JoinedNamespace(kind, ConfigReader.Absolute(item.Required("path"))));
            }
        }

        return (created, joined.ToImmutable());
    }

    public static ImmutableArray<TimeOffset> TimeOffsets(JsonPlace linux)
    {
        const ulong second = 1_000_000_000;
        ImmutableArray<TimeOffset>.Builder offsets = ImmutableArray.CreateBuilder<TimeOffset>();
        foreach ((string clock, JsonPlace offset) in linux.Members("timeOffsets"))
        {
            if (clock is not ("monotonic" or "boottime"))
            {
                throw offset.Wrong("only the clocks monotonic and boottime can be set off");
            }

            offsets.Add(new TimeOffset(clock, offset.Member("secs")?.Integer() ?? 0, (uint)(offset.Member("nanosecs")?.Number(second - 1) ?? 0)));
        }

        return offsets.ToImmutable();
    }

    /// <summary>Refuses what would be done to the host, because the namespace that it is for is missing.</summary>
    public static void Check(JsonPlace linux, LinuxSpec read)
    {
        bool maps = !read.UidMappings.IsEmpty || !read.GidMappings.IsEmpty;
        if (read.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWUSER) && (read.UidMappings.IsEmpty || read.GidMappings.IsEmpty))
        {
            throw linux.Wrong("a new user namespace needs 'uidMappings' and 'gidMappings'");
        }

        if (maps && !read.Has(NamespaceFlags.CLONE_NEWUSER))
        {
            throw linux.Wrong("'uidMappings' and 'gidMappings' need a user namespace in 'namespaces'");
        }

        if (!read.TimeOffsets.IsEmpty && !read.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWTIME))
        {
            throw linux.Required("timeOffsets").Wrong("there is no new time namespace in 'namespaces'");
        }

        if (!read.NetDevices.IsEmpty && !read.Has(NamespaceFlags.CLONE_NEWNET))
        {
            throw linux.Required("netDevices").Wrong("there is no network namespace in 'namespaces' that they could be moved to");
        }

        foreach ((string name, JsonPlace value) in linux.Members("sysctl"))
        {
            if (!SysctlScope.IsName(name))
            {
                throw value.Wrong("it is no name of a setting");
            }

            if (SysctlScope.Of(name) is not { } scope || !read.Has(scope))
            {
                throw value.Wrong(SysctlScope.Of(name) is null
                    ? "it is a setting of the whole machine"
                    : "the container has no such namespace of its own, and it would be the host's setting");
            }
        }
    }

    private static NamespaceFlags Kind(JsonPlace type) =>
        NamespaceWords.Find(type.Text()) ?? throw type.Wrong($"'{type.Text()}' is none of {NamespaceWords.List}");
}
