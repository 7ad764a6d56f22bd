using System.Collections.Immutable;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary>The file that gets what a command changed, as the archive of a layer.</summary>
internal sealed class RunChanges : IDisposable
{
    private readonly string _path;
    private readonly UnfinishedFile _file;

    private RunChanges(string path) => (_path, _file) = (path, UnfinishedFile.Create(path));

    /// <summary>Opens it before the command runs: a wrong path must not cost its work.</summary>
    public static RunChanges Open(string path) => new(path);

    /// <summary>Writes the archive of the changes that lie in a run's scratch space, without what the launch made there.</summary>
    public void Write(StoreAccess access, RunScratch scratch, ImmutableArray<OwnEntry> own)
    {
        string what = $"the changes for {_path}";
        using LayerTar changes = scratch.Archive(access, what, own);
        PipeSink sink = new(_file.File, what);
        byte[] block = new byte[64 << 10];
        for (int count; (count = changes.Read(block)) > 0;)
        {
            sink.Write(block.AsSpan(0, count));
        }

        _file.Finish();
    }

    public void Dispose() => _file.Dispose();
}
