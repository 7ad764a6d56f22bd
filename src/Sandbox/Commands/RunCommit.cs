using System.Collections.Immutable;
using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Makes an image of another and of what a command changed in it.</summary>
internal static class RunCommit
{
    /// <summary>The name that a run is to be kept under; null where it is not.</summary>
    public static Reference? NameOf(RunOptions options) => options.Commit is { } name ? LoadCommand.Name(name) : null;

    /// <summary>Refuses a run whose changes would be those of no image.</summary>
    public static void Check(RunOptions options, RootfsSource source)
    {
        if (options.Commit is not null && source.Image is null)
        {
            throw new SandboxException($"cannot run {options.Image} --commit {options.Commit}", "it is no image of the store", "'sandbox load FILE' makes one of it");
        }
    }

    /// <summary>Adds the image under a name; the changes lie in the run's scratch space, beside what the launch made there.</summary>
    public static void Add(StoreAccess access, RootfsSource source, RunScratch scratch, ImmutableArray<OwnEntry> own, Reference name)
    {
        string what = $"the changes for {name}";
        byte[] parent = access.Catalog.ReadConfig(source.Image!.Value) ?? throw new SandboxException($"cannot make {name}", "the image that was run is gone");
        using LayerTar changes = scratch.Archive(access, what, own);
        new ImageBuild(access.Store, access.Request(name.ToString(), null)).Add(what, changes, 0, parent, [name]);
    }
}
