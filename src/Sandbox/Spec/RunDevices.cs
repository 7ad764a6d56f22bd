using System.Collections.Immutable;
using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Spec;

/// <summary>The devices of the host that a command is given, and the rules for them.</summary>
internal static class RunDevices
{
    private const int CAP_MKNOD = 27;

    /// <summary>A device is bound, not made: mknod(2) makes none in a user namespace. A mount with nodev would close it.</summary>
    public static MountSpec Mount(DeviceOption option) => new(option.Destination, "bind", option.Source, ["bind", "rprivate", "nosuid", "noexec"]);

    /// <summary>
    /// Whether a volume may be this device: one that every sandbox has, as in <c>-v /dev/null:/etc/motd</c>, by which a file of the image is
    /// made empty. All others are for who asks for a device.
    /// </summary>
    public static bool IsForAll(DeviceFacts device) => device is { IsBlock: false, Major: 1, Minor: 3 or 5 or 7 or 8 or 9 };

    /// <summary>
    /// The rules of a cgroup, where there is something to forbid: a command that can make device nodes, or one that may do less with a device than
    /// its owner and mode allow.
    /// </summary>
    public static ImmutableArray<DeviceRuleSpec> Rules(RunOptions options, CapabilitySets capabilities, IdMaps ids, Func<string, DeviceFacts> device)
    {
        // All are looked at: whatever is there would be bound, and no name says that it is a device.
        ImmutableArray<DeviceFacts> found = [.. Array.ConvertAll([.. options.Devices], option => device(option.Source))];
        bool makesNodes = !ids.HasUserNamespace && (capabilities.Bounding & (1UL << CAP_MKNOD)) != 0;
        if (!makesNodes && options.Devices.All(static option => IsWhole(option)))
        {
            return [];
        }

        ImmutableArray<DeviceRuleSpec>.Builder rules = ImmutableArray.CreateBuilder<DeviceRuleSpec>();
        rules.Add(new DeviceRuleSpec(false, DeviceKind.All, null, null, DeviceAccess.All));
        foreach ((uint major, uint? minor) in DeviceDefaults.Always)
        {
            rules.Add(new DeviceRuleSpec(true, DeviceKind.Character, major, minor, DeviceAccess.All));
        }

        foreach ((DeviceOption option, DeviceFacts facts) in options.Devices.Zip(found))
        {
            rules.Add(facts.IsDirectory
                ? throw new SandboxException($"cannot give the devices in {option.Source}", "rules on devices are for single ones", $"name each: --device {option.Source}/NAME")
                : new DeviceRuleSpec(true, facts.IsBlock ? DeviceKind.Block : DeviceKind.Character, facts.Major, facts.Minor, Access(option)));
        }

        return rules.ToImmutable();
    }

    private static bool IsWhole(DeviceOption option) => (Access(option) | DeviceAccess.Make) == DeviceAccess.All;

    private static DeviceAccess Access(DeviceOption option) =>
        (option.Access.Contains('r', StringComparison.Ordinal) ? DeviceAccess.Read : DeviceAccess.None)
        | (option.Access.Contains('w', StringComparison.Ordinal) ? DeviceAccess.Write : DeviceAccess.None)
        | (option.Access.Contains('m', StringComparison.Ordinal) ? DeviceAccess.Make : DeviceAccess.None);
}
