namespace Sandbox.CommandLine;

/// <summary>Ids inside the container, as <c>--user</c> has them.</summary>
internal readonly record struct OciUser(uint Uid, uint? Gid);
