using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Puts device rules in force for a cgroup; only the machine's root may.</summary>
internal static class DeviceLimit
{
    public static void Apply(Cgroup cgroup, ImmutableArray<DeviceRuleSpec> rules)
    {
        if (rules.IsEmpty)
        {
            return;
        }

        using SafeFileHandle program = Libc.LoadDeviceProgram(DeviceProgram.Compile(rules).AsSpan());
        if (program.IsInvalid || Libc.AttachDeviceProgram(cgroup.Directory, program) != 0)
        {
            throw SandboxException.FromLastError(
                "cannot limit devices", "it takes root of the machine and a kernel with CONFIG_CGROUP_BPF; in a user namespace no device node can be made, and only those that are given are there");
        }
    }
}
