using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// The capabilities that a container can be given. What it asks for beyond them is no error, but told (config.md, Linux
/// Process): engines ask for all that they know for a privileged container.
/// </summary>
internal static class GrantedCapabilities
{
    /// <summary>The specification with no more than can be granted, and with a warning for what is not.</summary>
    public static RuntimeSpec Of(RuntimeSpec spec)
    {
        // The root of a user namespace has all there.
        if (spec.Linux.Has(NamespaceFlags.CLONE_NEWUSER))
        {
            return spec;
        }

        CapabilitySets asked = spec.Process.Capabilities;
        ulong granted = Machine.Capabilities;
        ulong refused = (asked.Bounding | asked.Effective | asked.Permitted | asked.Inheritable | asked.Ambient) & ~granted;
        return refused == 0 ? spec : spec with
        {
            Process = spec.Process with
            {
                Capabilities = new CapabilitySets(
                    asked.Bounding & granted, asked.Effective & granted, asked.Permitted & granted, asked.Inheritable & granted, asked.Ambient & granted),
            },
            Warnings = spec.Warnings.Add($"process.capabilities: {string.Join(", ", CapabilityNames.Of(refused))} cannot be granted here, and is passed over"),
        };
    }
}
