using System.Collections.Immutable;
using Sandbox.Images;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Makes an image of another and of what a command changed in it.</summary>
internal static class RunCommit
{
    /// <summary>Adds the image under a name; the changes lie in the run's scratch space, beside what the launch made there.</summary>
    public static void Add(StoreAccess access, RootfsSource source, RunScratch scratch, ImmutableArray<OwnEntry> own, Reference name)
    {
        string what = $"the changes for {name}";
        byte[] parent = access.Catalog.ReadConfig(source.Image!.Value) ?? throw new SandboxException($"cannot make {name}", "the image that was run is gone");
        using LayerTar changes = scratch.Archive(access, what, own);
        new ImageBuild(access.Store, access.Request(name.ToString(), null)).Add(what, changes, 0, parent, [name]);
    }
}
