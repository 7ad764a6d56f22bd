using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Launch;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The store of a command line, and with which ids its trees are worked on.</summary>
internal sealed class StoreAccess : IDisposable
{
    private readonly ChosenIdMaps _chosen;
    private readonly StoreInvocation _options;

    private StoreAccess(StoreInvocation options, ChosenIdMaps chosen, SandboxIds ids, Store store)
    {
        _options = options;
        _chosen = chosen;
        Ids = ids;
        Workers = new Workers(ids.OfStore);
        Store = store;
        Remover = new TreeRemover(ids.Key, Workers.Start);
        Catalog = new ImageCatalog(store);
    }

    public SandboxIds Ids { get; }

    public Workers Workers { get; }

    public Store Store { get; }

    public TreeRemover Remover { get; }

    public ImageCatalog Catalog { get; }

    /// <param name="launches">Whether there will be a sandbox with these ids; root's trees do not depend on them.</param>
    public static StoreAccess Open(StoreInvocation options, bool launches = false)
    {
        bool isRoot = OwnUserNamespace.HasRoot;

        // No block of free ids is taken for nothing: that needs a file, and a full disk is what 'prune' is called for.
        UserNamespaceMode mode = isRoot && !launches && options.UserNamespace == UserNamespaceMode.Auto ? UserNamespaceMode.Host : options.UserNamespace;
        ChosenIdMaps chosen = IdMapFiles.Choose(
            mode, isRoot, StateDirectory.Resolve(options.Root, isRoot, Libc.geteuid(), Environment.GetEnvironmentVariable));
        string path = StoreLocation.Resolve(options.Root, isRoot, Variable)
            ?? throw new SandboxException("cannot find a place for images", "HOME is no absolute path, and /etc/passwd names no home of yours", "name a directory with --root");
        return new StoreAccess(options, chosen, new SandboxIds(chosen.Maps, isRoot), Store.Open(path));
    }

    private static string? Variable(string name) => (name, Environment.GetEnvironmentVariable(name)) switch
    {
        // A home that depends on the working directory would be another store in each.
        ("HOME", { } home) when home.StartsWith('/') => home,
        ("HOME", _) => OwnHome.Find("/etc/passwd", Libc.geteuid()),
        (_, string value) => value,
        _ => null,
    };

    /// <summary>What is asked of the store for an image that is given by its path.</summary>
    public ImageRequest Request(string image, string? pick) => new()
    {
        Image = image,
        Pick = pick,
        Platform = _options.Platform is { } text && Platform.TryParse(text, out Platform? platform) ? platform : Platform.Machine,
        Map = Ids.Key,
        StartWorker = Workers.Start,
        Limits = new UnpackLimits { KeepOwners = Ids.KeepsOwners },
        Quiet = _options.Quiet,
        Progress = (ProgressMode)_options.Progress,
        Cancel = Supervision.OpenEndSignals(),
    };

    /// <summary>The image of the store that a word means.</summary>
    public NamedImage Find(string word) => Catalog.Find(word)
        ?? throw new SandboxException(word.Length == 0 ? "cannot find image ''" : $"cannot find image {word}", "the store has none of that name or id", ImageGuess.Hint(word, Catalog));

    /// <summary>What an image says about itself.</summary>
    public ImageConfig Config(Digest id) => Catalog.ReadConfig(id) is { } bytes
        ? ImageConfig.Read(bytes, $"image {id}")
        : throw new SandboxException($"cannot read image {id}", "its config is missing or damaged", "'sandbox verify' tells what else is");

    public void Dispose()
    {
        Store.Dispose();
        _chosen.Dispose();
    }
}
