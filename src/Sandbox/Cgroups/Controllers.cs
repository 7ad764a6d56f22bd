namespace Sandbox.Cgroups;

/// <summary>Controllers of cgroup v2, by the names that cgroup.controllers has.</summary>
[Flags]
internal enum Controllers
{
    None = 0,
    cpuset = 1,
    cpu = 2,
    io = 4,
    memory = 8,
    hugetlb = 16,
    pids = 32,
    rdma = 64,
    misc = 128,
}
