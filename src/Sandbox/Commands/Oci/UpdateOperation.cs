using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>update</c>: changes the limits of a container while it runs.</summary>
internal static class UpdateOperation
{
    public static int Run(OciUpdateOptions options, OciContext context)
    {
        using Container container = Container.Open(context.Root, options.Id);
        string what = $"cannot change the limits of container {options.Id}";
        if (container.Status is ContainerStatus.Stopped)
        {
            throw new SandboxException(what, "container not running");
        }

        using Cgroup cgroup = ContainerCgroups.Need(container.State.Cgroup, what);
        CgroupUpdate.Apply(cgroup, Resources(options));
        return 0;
    }

    /// <summary>Those of the file, with what the options say over them.</summary>
    private static ResourcesSpec Resources(OciUpdateOptions options)
    {
        ResourcesSpec file = options.Resources is { } path ? ConfigReader.ReadResources(OciFile.Read(path), path) : ResourcesSpec.None;
        MemorySpec memory = file.Memory ?? new MemorySpec();
        CpuSpec cpu = file.Cpu ?? new CpuSpec();
        BlockIoSpec block = file.BlockIo ?? new BlockIoSpec();
        return file with
        {
            Memory = memory with
            {
                Limit = options.Memory ?? memory.Limit,
                Swap = options.MemorySwap ?? memory.Swap,
                Reservation = options.MemoryReservation ?? memory.Reservation,
            },
            Cpu = cpu with
            {
                Shares = options.CpuShares ?? cpu.Shares,
                Quota = options.CpuQuota ?? cpu.Quota,
                Period = options.CpuPeriod ?? cpu.Period,
                Burst = options.CpuBurst ?? cpu.Burst,
                Idle = options.CpuIdle ?? cpu.Idle,
                Cpus = options.CpusetCpus ?? cpu.Cpus,
                Mems = options.CpusetMems ?? cpu.Mems,
            },
            PidsLimit = options.Pids ?? file.PidsLimit,
            BlockIo = block with { Weight = options.BlockWeight ?? block.Weight },
        };
    }
}
