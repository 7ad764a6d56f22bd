namespace Sandbox.CommandLine;

/// <summary>Where changes to the root file system go until the end (<c>--scratch</c>).</summary>
internal enum ScratchKind
{
    /// <summary>A tmpfs where the kernel can, else the disk.</summary>
    Auto,

    /// <summary>Memory, with a size limit.</summary>
    Tmpfs,

    /// <summary>A directory of the store, removed at the end.</summary>
    Disk,
}
