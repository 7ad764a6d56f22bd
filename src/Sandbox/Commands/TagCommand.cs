using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary><c>sandbox tag</c>.</summary>
internal static class TagCommand
{
    public static int Run(TagOptions options)
    {
        Reference name = LoadCommand.Name(options.Name);
        using StoreAccess access = StoreAccess.Open(options);

        // Locked before it is looked for, so that it is not removed between that and its new name.
        using SafeFileHandle adding = access.Catalog.LockForAdding();
        NamedImage image = access.Find(options.Image);
        access.Catalog.Tag(name, image.Id, image.Manifest);
        return 0;
    }
}
