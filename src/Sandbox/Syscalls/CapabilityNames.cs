namespace Sandbox.Syscalls;

/// <summary>The kernel's names of the capabilities in a set.</summary>
internal static class CapabilityNames
{
    /// <summary>In the order of their numbers; one that has no name here goes by its number.</summary>
    /// <param name="set">Bit n is capability n.</param>
    public static List<string> Of(ulong set)
    {
        const int bits = 64;
        List<string> names = [];
        for (int capability = 0; capability < bits; capability++)
        {
            if ((set & (1UL << capability)) != 0)
            {
                names.Add(((Capability)capability).ToString());
            }
        }

        return names;
    }
}
