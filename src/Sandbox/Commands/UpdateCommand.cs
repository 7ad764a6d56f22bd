using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary><c>sandbox update</c>.</summary>
internal static class UpdateCommand
{
    public static int Run(UpdateOptions options)
    {
        ResourcesSpec resources = RunResources.Of(options.Resources, Machine.Device);
        return Sandboxes.ForEach(options, (_, entry) =>
        {
            using Cgroup cgroup = Sandboxes.OpenCgroup(entry, "change the limits of");
            CgroupUpdate.Apply(cgroup, resources);
        });
    }
}
