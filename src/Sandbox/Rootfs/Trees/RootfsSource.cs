using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// What the root file system is made of: read-only layers, each a directory below the store, or one directory of the
/// user's. Owns the handles; the layers are locked against removal until it is disposed.
/// </summary>
internal sealed record RootfsSource : IDisposable
{
    /// <summary>The store's directory; the launched child changes into it, so that layers have short relative names.</summary>
    public required SafeFileHandle Store { get; init; }

    /// <summary>Layers from lowest to highest, relative to <see cref="Store"/>; empty for a root directory.</summary>
    public required ImmutableArray<string> Layers { get; init; }

    /// <summary>The directories of the layers, each with its tree and what belongs to it.</summary>
    public IEnumerable<string> LayerDirectories => Array.ConvertAll([.. Layers], static tree => tree[..^(Layer.Tree.Length + 1)]);

    /// <summary>The user's root directory, where IMAGE is one; else null.</summary>
    public SafeFileHandle? Directory { get; init; }

    /// <summary>What the image says about how it wants to run.</summary>
    public ImageConfig Config { get; init; } = ImageConfig.None;

    /// <summary>The image's id, where it is an image of the store.</summary>
    public Digest? Image { get; init; }

    /// <summary>Holds the shared lock of each layer.</summary>
    public ImmutableArray<SafeFileHandle> Locks { get; init; } = [];

    /// <summary>
    /// The permission bits of the image's root directory, which overlay takes from its upper directory: those of the
    /// topmost layer that says anything about it.
    /// </summary>
    public uint ModeOfRoot()
    {
        int top = Layers.Length - 1;
        while (top > 0 && LinkText.Read(Store, Layers[top][..^Layer.Tree.Length] + Layer.OwnRoot) is null)
        {
            top--;
        }

        Statx root;
        int result = Directory is { } directory
            ? Libc.statx(directory, out root)
            : Libc.statx(Store.Descriptor(), Layers[top], AtFlags.AT_SYMLINK_NOFOLLOW, out root);
        return result == 0 ? root.Mode & (uint)ModeBits.All : throw SandboxException.FromLastError("cannot look at the image's root directory");
    }

    /// <summary>Gives up the locks alone.</summary>
    public void Release()
    {
        foreach (SafeFileHandle held in Locks)
        {
            held.Dispose();
        }
    }

    public void Dispose()
    {
        Release();
        Directory?.Dispose();
        Store.Dispose();
    }
}
