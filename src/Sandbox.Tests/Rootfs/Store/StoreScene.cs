using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>A store in a directory of its own, archives beside it, and workers that the test sees at work.</summary>
internal sealed class StoreScene : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sandbox-store-").FullName;

    public StoreScene()
    {
        BootIdFile = InScene("boot_id");
        Boot("boot-one");
    }

    public string StorePath => InScene("store");

    public string BootIdFile { get; }

    public FakeWorkers Workers { get; } = new();

    public MapKey Map { get; init; } = MapKey.Of("0 1000 1\n", "0 1000 1\n");

    /// <summary>How much later than now the runs take place: an hour on, no file is young.</summary>
    public TimeSpan Later { get; set; } = TimeSpan.FromHours(1);

    public SafeFileHandle? Cancel { get; set; }

    public string InScene(string name) => Path.Combine(_directory, name);

    public string InStore(params string[] parts) => Path.Combine([StorePath, .. parts]);

    /// <summary>Starts the machine anew.</summary>
    public void Boot(string id) => File.WriteAllText(BootIdFile, id + "\n");

    public string Archive(string name, string content)
    {
        File.WriteAllText(InScene(name), content);
        return InScene(name);
    }

    public Store OpenStore() => Store.Open(StorePath, BootIdFile);

    public ImageRequest Request(string image) => new()
    {
        Image = image,
        Map = Map,
        StartWorker = Workers.Start,
        Quiet = true,
        Cancel = Cancel,
        Clock = () => DateTimeOffset.UtcNow + Later,
    };

    /// <summary>Opens the image as a run does; the source keeps the layer locked.</summary>
    public RootfsSource Open(string image) => ImageTree.Open(OpenStore(), Request(image));

    /// <summary>Opens the image, looks at what the tree holds, and ends the run.</summary>
    public string Content(string image)
    {
        using RootfsSource source = Open(image);
        using (Store store = OpenStore())
        {
            LayerSync.StartUnlessAtWork(store, source, Workers.Start);
        }

        return File.ReadAllText(InStore(source.Layers.Single(), FakeWorkers.FileName));
    }

    /// <summary>All that a run may leave in the store only while it lasts.</summary>
    public IEnumerable<string> Rubbish => Entries("tmp").Concat(Entries("scratch"));

    public string[] Entries(string part) => Directory.GetFileSystemEntries(InStore(part));

    /// <summary>The names of what is in a directory.</summary>
    public static string[] Names(string path) => [.. new DirectoryInfo(path).GetFileSystemInfos().Select(entry => entry.Name)];

    /// <summary>Changes what a link of the store says, as damage or another version of sandbox would.</summary>
    public static void Relink(string path, string text)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, text);
    }

    /// <summary>How <paramref name="act"/> fails, as it must.</summary>
    public static SandboxException Failure(Func<object> act)
    {
        try
        {
            act();
        }
        catch (SandboxException failure)
        {
            return failure;
        }

        throw new InvalidOperationException("it did not fail");
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
