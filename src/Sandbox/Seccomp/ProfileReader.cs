using System.Collections.Immutable;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>
/// Reads a profile in JSON, in Docker's form (archMap, includes, excludes) as in the runtime specification's
/// (architectures). Members that are not known are passed over; values that are not are errors.
/// </summary>
internal static class ProfileReader
{
    /// <summary>MAX_ERRNO of linux/err.h: the kernel cuts off what is above (seccomp(2)).</summary>
    private const ulong MaximumErrno = 4095;

    /// <summary>Reads a profile as a machine of the ABI takes it; <paramref name="file"/> is its name in messages.</summary>
    public static SeccompProfile Read(ReadOnlySpan<byte> json, string file, Abi machine) =>
        Read(JsonPlace.Parse(json, $"cannot use the seccomp profile {file}"), machine);

    /// <summary>Reads a profile that is a part of another document.</summary>
    public static SeccompProfile Read(JsonPlace root, Abi machine)
    {
        SeccompAction defaultAction = Action(root.Required("defaultAction"), root.Member("defaultErrnoRet"));
        if (defaultAction == SeccompAction.Notify)
        {
            throw root.Required("defaultAction").Wrong("SCMP_ACT_NOTIFY cannot be the default: the call that passes the listener on would wait for it");
        }

        ImmutableArray<ProfileRule> rules = Rules(root);
        bool notifies = Notifies(rules);
        FilterFlags flags = Flags(root);
        return new SeccompProfile
        {
            DefaultAction = defaultAction,
            Architectures = Architectures(root, machine),
            Rules = rules,

            // Of how the listener is waited for; the kernel takes it beside one only (seccomp(2)).
            Flags = notifies ? flags : flags & ~FilterFlags.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
            ListenerPath = notifies ? ListenerPath(root) : null,
            ListenerMetadata = ListenerMetadata(root),
        };
    }

    /// <summary>Whether anybody is asked; where nobody is, the path of a listener says nothing (config-linux.md, Seccomp).</summary>
    private static bool Notifies(ImmutableArray<ProfileRule> rules) => rules.Any(static rule => rule.Action == SeccompAction.Notify);

    private static string ListenerPath(JsonPlace root) => root.Text("listenerPath") is { Length: > 0 } path
        ? path
        : throw root.Wrong("SCMP_ACT_NOTIFY needs a 'listenerPath', else each such call fails with ENOSYS");

    private static string? ListenerMetadata(JsonPlace root) =>
        root.Text("listenerMetadata") is { Length: > 0 } metadata && root.Text("listenerPath") is not { Length: > 0 }
            ? throw root.Required("listenerMetadata").Wrong($"'{metadata}' is for a listener, and there is no 'listenerPath'")
            : root.Text("listenerMetadata");

    private static ImmutableArray<ProfileRule> Rules(JsonPlace root)
    {
        ImmutableArray<ProfileRule>.Builder rules = ImmutableArray.CreateBuilder<ProfileRule>();
        foreach (JsonPlace rule in root.Items("syscalls"))
        {
            rules.Add(Rule(rule));
        }

        return rules.ToImmutable();
    }

    private static ImmutableArray<Abi> Architectures(JsonPlace root, Abi machine)
    {
        ImmutableArray<Abi> listed = AbisOf(root, "architectures");
        if (root.Member("archMap") is { } map && !listed.IsEmpty)
        {
            throw map.Wrong("'architectures' is there too, and only one of them may be");
        }

        foreach (JsonPlace entry in root.Items("archMap"))
        {
            ImmutableArray<Abi> subordinate = AbisOf(entry, "subArchitectures");
            if (AbiOf(entry.Required("architecture")) == machine)
            {
                listed = subordinate;
            }
        }

        return listed;
    }

    private static ImmutableArray<Abi> AbisOf(JsonPlace place, string member)
    {
        ImmutableArray<Abi>.Builder abis = ImmutableArray.CreateBuilder<Abi>();
        foreach (JsonPlace item in place.Items(member))
        {
            if (AbiOf(item) is { } abi)
            {
                abis.Add(abi);
            }
        }

        return abis.ToImmutable();
    }

    private static ProfileRule Rule(JsonPlace rule)
    {
        ImmutableArray<string> names = rule.Texts("names");
        if (rule.Text("name") is { Length: > 0 } single)
        {
            names = names.IsEmpty ? [single] : throw rule.Wrong("'name' and 'names' are both there, and only one may be");
        }

        return names.IsEmpty || names.Contains("")
            ? throw rule.Wrong("it names no system call")
            : new ProfileRule
            {
                Names = names,
                Action = Action(rule.Required("action"), rule.Member("errnoRet")),
                Conditions = Conditions(rule),
                Includes = Filter(rule.Member("includes")),
                Excludes = Filter(rule.Member("excludes")),
            };
    }

    private static SeccompAction Action(JsonPlace place, JsonPlace? errno)
    {
        string word = place.Text();
        SeccompAction kind = ProfileWords.ActionOf(word) ?? throw place.Wrong($"'{word}' is no action");
        if (kind == SeccompAction.Fail(Errno.None))
        {
            return SeccompAction.Fail((Errno)(errno?.Number(MaximumErrno) ?? (ulong)Errno.EPERM));
        }

        if (kind == SeccompAction.Trace(0))
        {
            return SeccompAction.Trace((ushort)(errno?.Number(ushort.MaxValue) ?? (ulong)Errno.EPERM));
        }

        return errno is { } useless ? throw useless.Wrong($"{word} has no error number") : kind;
    }

    private static ImmutableArray<ArgumentCondition> Conditions(JsonPlace rule)
    {
        ImmutableArray<ArgumentCondition>.Builder conditions = ImmutableArray.CreateBuilder<ArgumentCondition>();
        foreach (JsonPlace item in rule.Items("args"))
        {
            conditions.Add(Condition(item));
        }

        return conditions.ToImmutable();
    }

    private static ArgumentCondition Condition(JsonPlace condition)
    {
        JsonPlace op = condition.Required("op");
        Comparison comparison = ProfileWords.ComparisonOf(op.Text()) ?? throw op.Wrong($"'{op.Text()}' is no comparison");
        return ArgumentCondition.FromProfile(
            (int)condition.Required("index").Number(ArgumentCondition.MaximumIndex),
            comparison,
            condition.Required("value").Number(),
            condition.Member("valueTwo")?.Number() ?? 0);
    }

    private static ProfileFilter Filter(JsonPlace? place) => place is not { } filter ? ProfileFilter.None : new ProfileFilter
    {
        Capabilities = CapabilitiesOf(filter),
        Architectures = filter.Texts("arches"),
        MinimumKernel = filter.Member("minKernel") is { } kernel ? Kernel(kernel) : null,
    };

    private static KernelVersion Kernel(JsonPlace place) =>
        KernelVersion.TryParse(place.Text(), out KernelVersion version) && version.ToString() == place.Text()
            ? version
            : throw place.Wrong($"'{place.Text()}' is no kernel version like 4.8");

    private static ImmutableArray<Capability> CapabilitiesOf(JsonPlace filter)
    {
        ImmutableArray<Capability>.Builder capabilities = ImmutableArray.CreateBuilder<Capability>();
        foreach (JsonPlace item in filter.Items("caps"))
        {
            capabilities.Add(CapabilityOf(item));
        }

        return capabilities.ToImmutable();
    }

    private static Capability CapabilityOf(JsonPlace place) =>
        Enum.TryParse(place.Text(), out Capability capability) && capability.ToString() == place.Text()
            ? capability
            : throw place.Wrong($"'{place.Text()}' is no capability");

    private static FilterFlags Flags(JsonPlace root)
    {
        FilterFlags flags = FilterFlags.None;
        foreach (JsonPlace item in root.Items("flags"))
        {
            flags |= Flag(item);
        }

        return flags;
    }

    private static FilterFlags Flag(JsonPlace place) => place.Text() switch
    {
        "SECCOMP_FILTER_FLAG_LOG" => FilterFlags.SECCOMP_FILTER_FLAG_LOG,
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => FilterFlags.SECCOMP_FILTER_FLAG_SPEC_ALLOW,
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => FilterFlags.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,

        // All threads of the command: it has one when the filter is loaded, and the kernel refuses this beside a listener.
        "SECCOMP_FILTER_FLAG_TSYNC" => FilterFlags.None,
        string other => throw place.Wrong($"'{other}' is no flag"),
    };

    /// <summary>The ABI of a name; null for a name of libseccomp's whose machines are not supported here.</summary>
    private static Abi? AbiOf(JsonPlace place)
    {
        string name = place.Text();
        foreach (Abi abi in (ReadOnlySpan<Abi>)[Abi.X64, Abi.I386, Abi.X32, Abi.Arm64])
        {
            if (abi.ProfileName() == name)
            {
                return abi;
            }
        }

        return name is "SCMP_ARCH_ARM" or "SCMP_ARCH_MIPS" or "SCMP_ARCH_MIPS64" or "SCMP_ARCH_MIPS64N32" or "SCMP_ARCH_MIPSEL"
            or "SCMP_ARCH_MIPSEL64" or "SCMP_ARCH_MIPSEL64N32" or "SCMP_ARCH_PPC" or "SCMP_ARCH_PPC64" or "SCMP_ARCH_PPC64LE"
            or "SCMP_ARCH_S390" or "SCMP_ARCH_S390X" or "SCMP_ARCH_PARISC" or "SCMP_ARCH_PARISC64" or "SCMP_ARCH_RISCV64"
            or "SCMP_ARCH_LOONGARCH64" or "SCMP_ARCH_M68K" or "SCMP_ARCH_SH" or "SCMP_ARCH_SHEB"
            ? null
            : throw place.Wrong($"'{name}' is no architecture");
    }
}
