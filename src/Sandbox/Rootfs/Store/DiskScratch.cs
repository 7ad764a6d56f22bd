using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The writable directory of one run where it lies on disk: upper and work directory of its overlay. It is locked as
/// long as the run lasts, and removed at its end or, if the run is killed, by a later one.
/// </summary>
internal sealed class DiskScratch : IDisposable
{
    private const uint UsualRootMode = 0x1ED;

    private readonly HeldDirectory _held;

    private DiskScratch(HeldDirectory held) => _held = held;

    /// <summary>The directory that holds both, relative to the store.</summary>
    public string Path => _held.Path;

    /// <summary>overlay's upperdir, relative to the store.</summary>
    public string Upper => _held.Path + "/upper";

    /// <summary>overlay's workdir, relative to the store.</summary>
    public string Work => _held.Path + "/work";

    /// <summary>Makes both directories; <paramref name="rootMode"/> is that of the root directory which the command will see.</summary>
    public static DiskScratch Create(Store store, MapKey map, uint rootMode = UsualRootMode)
    {
        DiskScratch scratch = new(HeldDirectory.Create(store, "scratch", map));
        store.TryMakeDirectory(scratch.Upper);
        store.TryMakeDirectory(scratch.Work);
        using SafeFileHandle? upper = store.TryOpen(scratch.Upper);
        return upper is not null && Libc.fchmod(upper, rootMode) == 0
            ? scratch
            : throw SandboxException.FromLastError($"cannot make {scratch.Upper} in the store {store.Path}");
    }

    /// <summary>Removes it, once no process of the run is left; false where something could not be removed.</summary>
    public bool Remove(TreeRemover remover) => _held.Remove(remover);

    /// <summary>Gives up the lock.</summary>
    public void Dispose() => _held.Dispose();
}
