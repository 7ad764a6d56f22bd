using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>openat2(2) in the child, of paths that must not lead wherever they like.</summary>
internal static unsafe class ScopedOpening
{
    /// <summary>The descriptor, or a negative errno; the arguments are those of the call.</summary>
    public static nint Open(nint root, nint path, nint how, nint size)
    {
        nint opened;
        int tries = 0;
        do
        {
            opened = Native.Call(SystemCall.openat2, root, path, how, size);
            opened = opened < 0 ? -*Native.ErrnoLocation() : opened;
        }
        while (opened == -(nint)(int)Errno.EAGAIN && ++tries < OpenHow.MostTries);
        return opened;
    }
}
