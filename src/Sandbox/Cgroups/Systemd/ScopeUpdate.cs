using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Changes the limits of a scope, where the directory in it that holds a sandbox has changed ones: the lesser of both counts.</summary>
internal static class ScopeUpdate
{
    /// <param name="path">The directory with the limits; nothing is done where it is not one of ours in a scope.</param>
    public static void Apply(string path, ImmutableArray<CgroupSetting> settings)
    {
        if (ScopedCgroup.ScopeOf(path) is not { } scope)
        {
            return;
        }

        bool shared = ScopedCgroup.IsShared(scope);
        if (ScopeProperties.Of(settings, shared) is { IsEmpty: false } properties)
        {
            using ScopeStarter manager = ScopeStarter.TryConnectTo(scope)
                ?? throw new SandboxException($"cannot change the limits of {Path.GetFileName(scope)}", "systemd's manager, whose scope it is, does not answer");
            manager.Set(Path.GetFileName(scope), properties);
        }

        if (ScopeProperties.Others(settings, shared) is { IsEmpty: false } others)
        {
            using Cgroup directory = Cgroup.Open(scope);
            CgroupLimits.Apply(directory, others);
        }
    }
}
