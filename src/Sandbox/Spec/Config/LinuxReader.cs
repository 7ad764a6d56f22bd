using System.Collections.Immutable;
using Sandbox.Json;
using Sandbox.Seccomp;

namespace Sandbox.Spec;

/// <summary>Reads "linux": namespaces, devices and what else only Linux has.</summary>
internal static class LinuxReader
{
    private static readonly string[] _propagations = ["shared", "rshared", "slave", "rslave", "private", "rprivate", "unbindable", "runbindable"];

    public static ReadOnlySpan<string> MemoryPolicies => new[]
    {
        "MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE",
    };

    public static ReadOnlySpan<string> MemoryPolicyFlags => new[] { "MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES" };

    public static LinuxSpec Read(JsonPlace linux)
    {
        Refuse(linux, "intelRdt", "Intel's resource director is not supported");
        (NamespaceFlags created, ImmutableArray<JoinedNamespace> joined) = NamespaceReader.Read(linux);
        LinuxSpec read = new()
        {
            Namespaces = created,
            JoinedNamespaces = joined,
            UidMappings = Map(linux, "uidMappings"),
            GidMappings = Map(linux, "gidMappings"),
            TimeOffsets = NamespaceReader.TimeOffsets(linux),
            Devices = DeviceReader.Read(linux),
            NetDevices = DeviceReader.NetDevices(linux),
            CgroupsPath = ConfigReader.Filled(linux, "cgroupsPath"),
            Resources = linux.Member("resources") is { } resources ? ResourcesReader.Read(resources) : ResourcesSpec.None,
            RootfsPropagation = ConfigReader.Filled(linux, "rootfsPropagation") is null ? null : SchedulingReader.OneOf(linux.Required("rootfsPropagation"), _propagations),
            Sysctls = ConfigReader.Texts(linux, "sysctl"),
            Seccomp = linux.Member("seccomp") is { } seccomp ? ProfileReader.Read(seccomp, Abi.X64) : null,
            MaskedPaths = Masked(linux),
            ReadonlyPaths = Paths(linux, "readonlyPaths"),
            MountLabel = ConfigReader.Filled(linux, "mountLabel"),
            Personality = Domain(linux.Member("personality")),
            MemoryPolicy = Policy(linux.Member("memoryPolicy")),
        };
        NamespaceReader.Check(linux, read);
        return read;
    }

    /// <summary>The lines of a map of ids.</summary>
    public static ImmutableArray<IdMapping> Map(JsonPlace place, string member)
    {
        ImmutableArray<IdMapping>.Builder map = ImmutableArray.CreateBuilder<IdMapping>();
        foreach (JsonPlace line in place.Items(member))
        {
            map.Add(new IdMapping(
                (uint)line.Required("containerID").Number(uint.MaxValue),
                (uint)line.Required("hostID").Number(uint.MaxValue),
                line.Required("size").Number(uint.MaxValue) is > 0 and ulong size ? (uint)size : throw line.Wrong("'size' must be more than 0")));
        }

        return map.ToImmutable();
    }

    /// <summary>What is asked for and cannot be had is an error, and never passed over.</summary>
    public static void Refuse(JsonPlace place, string member, string why)
    {
        if (place.Member(member) is { } unsupported)
        {
            throw unsupported.Wrong(why);
        }
    }

    private static ImmutableArray<string> Paths(JsonPlace linux, string member)
    {
        foreach (JsonPlace path in linux.Items(member))
        {
            ConfigReader.Absolute(path);
        }

        return linux.Texts(member);
    }

    private static ImmutableArray<string> Masked(JsonPlace linux)
    {
        foreach (JsonPlace path in linux.Items("maskedPaths"))
        {
            if (path.Text().Trim('/').Length == 0)
            {
                throw path.Wrong("the root directory cannot be hidden");
            }
        }

        return Paths(linux, "maskedPaths");
    }

    private static Personality? Domain(JsonPlace? personality)
    {
        if (personality is null)
        {
            return null;
        }

        if (personality.Items("flags") is [{ } flag, ..])
        {
            throw flag.Wrong($"'{flag.Text()}' is no flag that the specification has");
        }

        JsonPlace domain = personality.Required("domain");
        return domain.Text() switch
        {
            "LINUX" => Personality.PER_LINUX,
            "LINUX32" => Personality.PER_LINUX32,
            string other => throw domain.Wrong($"'{other}' is none of LINUX, LINUX32"),
        };
    }

    private static MemoryPolicySpec? Policy(JsonPlace? policy)
    {
        if (policy is null)
        {
            return null;
        }

        string nodes = policy.Text("nodes") ?? "";
        return new MemoryPolicySpec(
            SchedulingReader.OneOf(policy.Required("mode"), MemoryPolicies),
            NumberList.Read(nodes) ?? throw policy.Required("nodes").Wrong($"'{nodes}' is no list of memory nodes like 0,2-3"),
            SchedulingReader.AllOf(policy, "flags", MemoryPolicyFlags));
    }
}
