using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>One mount, in the terms of the runtime specification's "mounts": options as mount(8) writes them.</summary>
internal sealed record MountSpec(string Destination, string Type, string? Source, ImmutableArray<string> Options)
{
    /// <summary>The mount's own map of ids ("mounts[].uidMappings"); empty for none, or for the container's where an option asks for one.</summary>
    public ImmutableArray<IdMapping> UidMappings { get; init; } = [];

    public ImmutableArray<IdMapping> GidMappings { get; init; } = [];

    /// <summary>Whether nothing can be written below it; of contradictory words the last one holds.</summary>
    public bool IsReadOnly
    {
        get
        {
            bool readOnly = false;
            foreach (string option in Options)
            {
                readOnly = option is "ro" or "rro" || (readOnly && option is not ("rw" or "rrw"));
            }

            return readOnly;
        }
    }

    /// <summary>Whether it is no mount of its own, but changes the one that is there already (MS_REMOUNT of mount(2)).</summary>
    public bool IsRemount => Options.Contains("remount");

    public bool IsBind => !IsRemount && IsOfBind;

    private bool IsOfBind => Type == "bind" || Options.Contains("bind") || Options.Contains("rbind");
}
