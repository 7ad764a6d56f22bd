namespace Sandbox.Spec;

/// <summary>One line of a user namespace's uid_map or gid_map: ids inside, ids outside, how many (user_namespaces(7)).</summary>
internal readonly record struct IdMapping(uint ContainerId, uint HostId, uint Size);
