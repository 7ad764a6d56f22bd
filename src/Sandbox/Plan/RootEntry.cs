namespace Sandbox.Plan;

/// <summary>How a directory becomes the root of the process.</summary>
internal enum RootEntry
{
    /// <summary>The old root goes: pivot_root(2).</summary>
    Pivot,

    /// <summary>The new one is put over the old, which cannot go where it is an initramfs (pivot_root(2), NOTES).</summary>
    Cover,

    /// <summary>The mounts are the host's and stay as they are: chroot(2) alone.</summary>
    Change,
}
