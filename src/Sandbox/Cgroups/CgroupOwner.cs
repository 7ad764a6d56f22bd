namespace Sandbox.Cgroups;

/// <summary>The user and the group that a cgroup is given to.</summary>
internal readonly record struct CgroupOwner(uint Uid, uint Gid);
