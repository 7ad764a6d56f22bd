using System.Collections.Immutable;

namespace Sandbox.Rootfs;

/// <summary>A user as the image's own passwd(5) and group(5) know him: ids inside, and where he is at home.</summary>
internal sealed record Account(uint Uid, uint Gid, ImmutableArray<uint> Groups, string Home);
