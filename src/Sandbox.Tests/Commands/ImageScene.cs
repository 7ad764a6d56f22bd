using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Commands;

/// <summary>
/// A directory with images that umoci and skopeo made of busybox, and a store of its own that the executable under test
/// works on.
/// </summary>
internal sealed class ImageScene : IDisposable
{
    private const string Recipe = """
        mkdir -p tree/bin tree/etc tree/data/sub tree/gone tree/kept; cp /bin/busybox tree/bin/busybox; ln tree/bin/busybox tree/bin/sh; ln -s busybox tree/bin/cat
        for name in ls rm ln stat echo mkdir id; do ln -s busybox tree/bin/$name; done
        echo root:x:0:0::/root:/bin/sh > tree/etc/passwd; echo low > tree/data/low; echo low > tree/data/sub/low; echo x > tree/gone/x; chmod 1777 tree/kept; ln tree/data/low tree/data/low2
        tar -C tree --numeric-owner --owner=0 --group=0 -cf l1.tar .
        rm -rf up; mkdir -p up/data/sub up/new; echo high > up/data/high; touch up/.wh.gone up/data/sub/.wh..wh..opq; echo new > up/new/file
        tar -C up --numeric-owner --owner=0 --group=0 --no-recursion -cf l2.tar data data/sub data/sub/.wh..wh..opq data/high new new/file .wh.gone
        umoci init --layout oci; umoci new --image oci:app; for layer in l1 l2; do umoci raw add-layer --image oci:app $layer.tar; done
        umoci config --image oci:app --config.entrypoint /bin/echo --config.cmd hello --config.env GREETING=yes --config.workingdir /work/dir --config.label k=v
        """;

    private readonly WorkDirectory _directory = new();

    public string Path => _directory.Path;

    public string Store => In("store");

    /// <summary>A scene with an OCI layout "oci" whose image "app" has two layers: the second hides and adds.</summary>
    public static async Task<ImageScene> Create()
    {
        ImageScene scene = new();
        await scene.Shell(Recipe);
        return scene;
    }

    public string In(string name) => _directory.In(name);

    public Task<string> Shell(string script) => _directory.Shell(script);

    /// <summary>Runs the executable under test on the scene's store.</summary>
    public Task<CommandResult> Sandbox(params string[] arguments) =>
        Command.Run(Repository.Executable, ["--root", Store, .. arguments], directory: Path);

    /// <summary>The same where it must succeed; its output.</summary>
    public async Task<string> Good(params string[] arguments)
    {
        CommandResult result = await Sandbox(arguments);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException(string.Join(' ', arguments) + ": " + result.ExitCode + " " + result.Error);
    }

    /// <summary>The one line of a failure with exit code 125; nothing else may have happened to the store.</summary>
    public async Task<string> Bad(params string[] arguments)
    {
        CommandResult result = await Sandbox(arguments);
        string line = result.Error.Split('\n')[0];
        return result.ExitCode == 125 && line.StartsWith("sandbox: ", StringComparison.Ordinal)
            ? line
            : throw new InvalidOperationException(string.Join(' ', arguments) + ": " + result.ExitCode + " " + result.Error);
    }

    /// <summary>Prunes until the process that puts layers on the disk has let go of them.</summary>
    public async Task PruneAll()
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        while (Left.Any() && !deadline.IsCancellationRequested)
        {
            await Good("prune");
        }
    }

    /// <summary>What lies in the parts of the store that hold something of images.</summary>
    public IEnumerable<string> Left => new[] { "layers", "images", "names", "tmp", "scratch" }
        .Where(part => Directory.Exists(System.IO.Path.Combine(Store, part)))
        .SelectMany(part => Directory.GetFileSystemEntries(System.IO.Path.Combine(Store, part)));

    public void Dispose()
    {
        // Files of subordinate ids are removed by the executable's own way.
        if (Directory.Exists(Store))
        {
            Command.Run("sh", ["-c", "\"$0\" --root \"$1\" images -q >/dev/null 2>&1; rm -rf \"$1\"/names/*; \"$0\" --root \"$1\" prune >/dev/null 2>&1", Repository.Executable, Store]).GetAwaiter().GetResult();
        }

        _directory.Dispose();
    }
}
