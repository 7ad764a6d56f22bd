using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>What a worker makes in the directory of a tree to be: the tree, its manifest, and what else there is to know of it.</summary>
internal sealed class LayerFiles : IDisposable
{
    private const OpenFlags NewFile = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
    private const uint OwnerOnly = 0x180;

    private readonly SafeFileHandle _directory;
    private readonly SafeFileHandle _manifest;

    /// <param name="directory">It stays the caller's.</param>
    public LayerFiles(SafeFileHandle directory)
    {
        _directory = directory;
        Tree = Libc.mkdirat(directory, Layer.Tree, CurrentDirectory.ModeOfMissingParents) == 0
            ? Libc.openat(directory.Descriptor(), Layer.Tree, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0)
            : new SafeFileHandle();
        _manifest = Tree.IsInvalid ? throw SandboxException.FromLastError("cannot make a layer's directory") : Make(TarRecord.FileName);
    }

    /// <summary>The tree, empty at first.</summary>
    public SafeFileHandle Tree { get; }

    /// <summary>Where the manifest is written.</summary>
    public int Manifest => _manifest.Descriptor();

    /// <summary>Writes down what came to light while the archive was unpacked.</summary>
    public void Write(LowerNeeds needs)
    {
        if (needs.Any)
        {
            WriteNeeds(needs.Encode());
        }

        if (needs.HasRoot)
        {
            LinkText.TryCreate(_directory, Layer.OwnRoot, "yes");
        }

        if (needs.Rewritten)
        {
            LinkText.TryCreate(_directory, Layer.Rewritten, "yes");
        }
    }

    public void Dispose()
    {
        Tree.Dispose();
        _manifest.Dispose();
    }

    private SafeFileHandle Make(string name)
    {
        SafeFileHandle file = Libc.openat(_directory.Descriptor(), name, NewFile, OwnerOnly);
        return file.IsInvalid ? throw SandboxException.FromLastError($"cannot make a layer's {name}") : file;
    }

    private void WriteNeeds(byte[] needs)
    {
        using SafeFileHandle file = Make(LowerNeeds.FileName);
        if (!Libc.TryWriteAll(file, needs))
        {
            throw SandboxException.FromLastError("cannot write a layer's needs");
        }
    }
}
