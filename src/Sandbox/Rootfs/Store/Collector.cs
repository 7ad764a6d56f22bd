using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Takes out of the store what nothing needs. A layer is needed by every image that has it and, while a run lasts, by the
/// run: that one's lock is what counts, and it is tried last, when nobody can begin to need the layer any more.
/// </summary>
internal sealed class Collector(Store store, TreeRemover remover)
{
    private readonly ImageCatalog _catalog = new(store);

    /// <summary>Removes an image with all its names and the layers that no other image has.</summary>
    public Collected Remove(Digest image)
    {
        using SafeFileHandle removing = _catalog.LockForRemoving();
        Forget(image);
        return CollectLayers([image], archives: false);
    }

    /// <summary>Removes one name, and the image when it was its last.</summary>
    public Collected Untag(NamedImage name)
    {
        using SafeFileHandle removing = _catalog.LockForRemoving();

        // It was looked up before: until the lock was had, another may have given it to another image.
        if (_catalog.Find(name.Name!.ToString())?.Id is { } now && now != name.Id)
        {
            throw new SandboxException($"cannot remove {name.Name}", "another image has that name since a moment ago");
        }

        _catalog.Untag(name.Name!);
        if (_catalog.AllNames().Exists(other => other.Id == name.Id))
        {
            return new Collected([], 0, 0, 0);
        }

        Forget(name.Id);
        return CollectLayers([name.Id], archives: false);
    }

    /// <summary>Removes all images without a name, all trees that no image has, and what killed processes left.</summary>
    public Collected Prune()
    {
        using SafeFileHandle removing = _catalog.LockForRemoving();
        List<NamedImage> names = _catalog.AllNames();
        List<Digest> gone = _catalog.All().FindAll(id => !names.Exists(name => name.Id == id));
        gone.ForEach(_catalog.Remove);
        Collected collected = CollectLayers(gone, archives: true);
        RemoveNotes();
        Sweep.All(store, remover);
        return collected;
    }

    /// <summary>Removes those layers that no image has, if it can be done at once: else a later removal takes them.</summary>
    public void TryRemove(IReadOnlyList<LayerId> layers)
    {
        using SafeFileHandle? removing = _catalog.TryLockForRemoving();
        if (removing is not null)
        {
            HashSet<string> needed = Needed();
            foreach (LayerId layer in layers)
            {
                if (!needed.Contains(Key(layer.Kind, layer.Content)))
                {
                    Layer.TryRemove(store, layer, remover);
                }
            }
        }
    }

    private void Forget(Digest image)
    {
        foreach (NamedImage name in _catalog.AllNames().FindAll(name => name.Id == image))
        {
            _catalog.Untag(name.Name!);
        }

        _catalog.Remove(image);
    }

    private Collected CollectLayers(List<Digest> gone, bool archives)
    {
        HashSet<string> needed = Needed();
        int removed = 0, kept = 0, refused = 0;
        foreach (string path in Directory.GetDirectories(Path.Combine(store.Path, "layers")))
        {
            if (!LayerId.TryParse(Path.GetFileName(path), out LayerId id) || (id.Kind == LayerKind.Archive ? !archives : needed.Contains(Key(id.Kind, id.Content))))
            {
                continue;
            }

            switch (Layer.TryRemove(store, id, remover))
            {
                case LayerRemoval.Removed:
                    removed++;
                    break;
                case LayerRemoval.InUse:
                    kept++;
                    break;
                default:
                    refused++;
                    break;
            }
        }

        return new Collected(gone, removed, kept, refused);
    }

    /// <summary>The layers of all images, and the trees that their lowest layers may have been merged into.</summary>
    private HashSet<string> Needed()
    {
        HashSet<string> needed = [];
        foreach (Digest image in _catalog.All())
        {
            if (_catalog.ReadConfig(image, removes: true) is { } bytes)
            {
                ImageConfig config = ImageConfig.Read(bytes, $"image {image}");
                for (int i = 0; i < config.DiffIds.Length; i++)
                {
                    needed.Add(Key(LayerKind.Layer, config.DiffIds[i]));
                    needed.Add(Key(LayerKind.Merged, ImageStack.ChainId(config.DiffIds.AsSpan(0, i + 1))));
                }
            }
        }

        return needed;
    }

    /// <summary>
    /// Removes notes on images that are gone, half-written files, and all notes on archives: which of these still exist
    /// nobody can tell, and an archive is looked at again when it is run.
    /// </summary>
    private void RemoveNotes()
    {
        foreach (string part in (ReadOnlySpan<string>)["images", "names", "index"])
        {
            foreach (string path in Directory.GetFileSystemEntries(Path.Combine(store.Path, part)))
            {
                string name = Path.GetFileName(path);
                int dot = name.IndexOf('.', StringComparison.Ordinal);
                bool stale = part switch
                {
                    "images" => name.StartsWith("new.", StringComparison.Ordinal)
                        || (dot > 0 && Digest.TryParse("sha256:" + name[..dot], out Digest id) && _catalog.ReadConfig(id) is null),
                    "names" => name.StartsWith("new.", StringComparison.Ordinal),
                    _ => true,
                };
                if (stale)
                {
                    Libc.unlinkat(store.Directory, $"{part}/{name}", AtFlags.None);
                }
            }
        }
    }

    private static string Key(LayerKind kind, Digest content) => $"{kind} {content}";
}
