using Microsoft.Win32.SafeHandles;

namespace Sandbox.Rootfs;

/// <summary>An archive as a plain file of the store that is gone when its work is done.</summary>
internal sealed record SpooledArchive(SafeFileHandle File, long Size);
