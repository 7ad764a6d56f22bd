using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Spec;

/// <summary>Reads "process.capabilities": five sets of names.</summary>
internal static class CapabilityReader
{
    /// <param name="warnings">Takes the names that no capability has: they are no error (config.md, Linux Process).</param>
    public static CapabilitySets Read(JsonPlace? sets, List<string> warnings)
    {
        if (sets is null)
        {
            return CapabilitySets.None;
        }

        CapabilitySets read = new(
            Set(sets, "bounding", warnings),
            Set(sets, "effective", warnings),
            Set(sets, "permitted", warnings),
            Set(sets, "inheritable", warnings),
            Set(sets, "ambient", warnings));

        // The kernel raises no others (capabilities(7)); many a bundle asks for them all the same.
        ulong possible = read.Permitted & read.Inheritable;
        if ((read.Ambient & ~possible) != 0)
        {
            warnings.Add("process.capabilities.ambient: what is not permitted and inheritable too cannot be ambient, and is passed over");
        }

        return read with { Ambient = read.Ambient & possible };
    }

    private static ulong Set(JsonPlace sets, string name, List<string> warnings)
    {
        ulong set = 0;
        foreach (JsonPlace item in sets.Items(name))
        {
            if (Enum.TryParse(item.Text(), out Capability capability) && capability.ToString() == item.Text())
            {
                set |= 1UL << (int)capability;
            }
            else
            {
                warnings.Add($"process.capabilities.{name}: '{item.Text()}' is no capability, and is passed over");
            }
        }

        return set;
    }
}
