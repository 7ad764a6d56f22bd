using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>Reads "linux.devices" and "linux.netDevices".</summary>
internal static class DeviceReader
{
    private const ulong Permissions = 0xFFF;

    /// <summary>MINORBITS of linux/kdev_t.h: a number of devices has 12 and 20 bits.</summary>
    private const ulong LargestMajor = 0xFFF, LargestMinor = 0xFFFFF;

    /// <summary>IFNAMSIZ of linux/if.h, its NUL included.</summary>
    private const int LongestName = 15;

    public static ImmutableArray<DeviceSpec> Read(JsonPlace linux)
    {
        ImmutableArray<DeviceSpec>.Builder devices = ImmutableArray.CreateBuilder<DeviceSpec>();
        foreach (JsonPlace device in linux.Items("devices"))
        {
            char type = Type(device.Required("type"), "cubp");
            devices.Add(new DeviceSpec(
                ConfigReader.Absolute(device.Required("path")),
                type,
                type == 'p' ? 0 : Major(device.Required("major")),
                type == 'p' ? 0 : Minor(device.Required("minor")),

                // As stat(2) gives it, some write the file's type along.
                (uint)((device.Member("fileMode")?.Number(uint.MaxValue) ?? 0x1B6) & Permissions),
                (uint)(device.Member("uid")?.Number(uint.MaxValue - 1) ?? 0),
                (uint)(device.Member("gid")?.Number(uint.MaxValue - 1) ?? 0)));
        }

        return devices.ToImmutable();
    }

    public static ImmutableArray<NetDeviceSpec> NetDevices(JsonPlace linux)
    {
        ImmutableArray<NetDeviceSpec>.Builder devices = ImmutableArray.CreateBuilder<NetDeviceSpec>();
        foreach ((string name, JsonPlace device) in linux.Members("netDevices"))
        {
            string inside = ConfigReader.Filled(device, "name") ?? name;
            if (!IsName(name) || !IsName(inside))
            {
                throw device.Wrong($"'{(IsName(name) ? inside : name)}' is no name of a network device");
            }

            foreach (NetDeviceSpec earlier in devices)
            {
                if (earlier.Name == inside)
                {
                    throw device.Wrong($"another device is to be '{inside}' inside");
                }
            }

            devices.Add(new NetDeviceSpec(name, inside));
        }

        return devices.ToImmutable();
    }

    /// <summary>A type of device: one of <paramref name="known"/>.</summary>
    public static char Type(JsonPlace place, string known) => place.Text() is [char type] && known.Contains(type, StringComparison.Ordinal)
        ? type
        : throw place.Wrong($"'{place.Text()}' is none of {string.Join(", ", known.ToCharArray())}");

    public static uint Major(JsonPlace place) => (uint)place.Number(LargestMajor);

    public static uint Minor(JsonPlace place) => (uint)place.Number(LargestMinor);

    /// <summary>dev_valid_name of net/core/dev.c.</summary>
    private static bool IsName(string name)
    {
        bool valid = name.Length is > 0 and <= LongestName && name is not ("." or "..");
        foreach (char one in name)
        {
            valid &= one is not ('/' or ':') && one is > ' ' and <= '~';
        }

        return valid;
    }
}
