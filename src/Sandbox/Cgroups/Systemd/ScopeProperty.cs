using System.Collections.Immutable;

namespace Sandbox.Cgroups;

/// <summary>A property of a unit as systemd's manager takes it: a number, or a set of numbers as a mask of bits.</summary>
internal readonly record struct ScopeProperty(string Name, ulong Number, ImmutableArray<byte>? Mask = null)
{
    /// <summary>Adds itself to an array of (name, variant).</summary>
    public void WriteTo(BusWriter properties)
    {
        properties.Align(8).Text(Name);
        if (Mask is not { } mask)
        {
            properties.Signature("t").Long(Number);
            return;
        }

        properties.Signature("ay").List(1, bytes => bytes.Raw(mask.AsSpan()));
    }
}
