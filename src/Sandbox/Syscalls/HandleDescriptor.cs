using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>The number of an open file, for calls, structures and paths in /proc that take no handle.</summary>
internal static class HandleDescriptor
{
    /// <summary>The file's own as long as somebody holds the handle open, as whoever asks must.</summary>
    public static int Descriptor(this SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
