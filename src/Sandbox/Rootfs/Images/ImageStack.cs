using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The trees that an image is run from: its layers, and below them, where that is needed, one tree into which the lowest of
/// its layers were merged (see <see cref="TreeMerge"/>). It is needed where a layer counts on those below it in a way that
/// overlay has not (see <see cref="LowerNeeds"/>), and where there are so many layers that mounting them would take long,
/// or more options than the one page of mount(2) holds on kernels before 6.5.
/// </summary>
internal sealed class ImageStack(Store store, ImageRequest request)
{
    /// <summary>A start costs about 20 microseconds a layer, and each one's name takes 90 bytes of the options' page.</summary>
    private const int MostLayers = 16;

    /// <summary>The trees of an image whose layers the store has, locked; null where one is missing.</summary>
    public RootfsSource? TryOpen(Digest image, ImageConfig config)
    {
        if (config.DiffIds.IsEmpty)
        {
            throw new SandboxException($"cannot run image {image}", "it has no layer, and so no root file system");
        }

        string plan = $"images/{image.Hex}.{request.Map}";
        if (LinkText.Read(store.Directory, plan) is { } text && int.TryParse(text, CultureInfo.InvariantCulture, out int merged)
            && merged >= 0 && merged <= config.DiffIds.Length && TryHold(Parts(config, merged)) is { } known)
        {
            return Source(image, config, Parts(config, merged), known);
        }

        if (TryHold(Parts(config, 0)) is not { } layers)
        {
            return null;
        }

        merged = CountToMerge(layers);

        // It spares the next start a look at all layers. A store that is full, or read-only, does without.
        _ = Libc.symlinkat(merged.ToString(CultureInfo.InvariantCulture), store.Directory, plan);
        if (merged == 0)
        {
            return Source(image, config, Parts(config, 0), layers);
        }

        try
        {
            ImmutableArray<LayerId> parts = Parts(config, merged);
            SafeFileHandle tree = Layer.TryHold(store, parts[0]) ?? Merge(config, parts[0], merged);
            return Source(image, config, parts, [tree, .. TryHold(parts[1..])!.Value]);
        }
        finally
        {
            Release(layers);
        }
    }

    /// <summary>Locks all of an image's layers; null where one is missing.</summary>
    private ImmutableArray<SafeFileHandle>? TryHold(ImmutableArray<LayerId> parts)
    {
        ImmutableArray<SafeFileHandle>.Builder held = ImmutableArray.CreateBuilder<SafeFileHandle>(parts.Length);
        foreach (LayerId part in parts)
        {
            if (Layer.TryHold(store, part) is not { } layer)
            {
                Release(held.ToImmutable());
                return null;
            }

            held.Add(layer);
        }

        return held.MoveToImmutable();
    }

    private ImmutableArray<LayerId> Parts(ImageConfig config, int merged)
    {
        ImmutableArray<LayerId>.Builder parts = ImmutableArray.CreateBuilder<LayerId>();
        if (merged > 0)
        {
            parts.Add(new LayerId(LayerKind.Merged, ChainId(config.DiffIds.AsSpan(0, merged)), request.Map));
        }

        for (int i = merged; i < config.DiffIds.Length; i++)
        {
            parts.Add(new LayerId(LayerKind.Layer, config.DiffIds[i], request.Map));
        }

        return parts.ToImmutable();
    }

    /// <summary>The digest that the image specification gives to a layer applied on all below it.</summary>
    public static Digest ChainId(ReadOnlySpan<Digest> diffIds)
    {
        Digest chain = diffIds[0];
        foreach (Digest diffId in diffIds[1..])
        {
            chain = Hasher.Of(Encoding.ASCII.GetBytes($"{chain} {diffId}"));
        }

        return chain;
    }

    /// <summary>How many of the lowest layers have to be one tree; 0 where overlay can take all as they are.</summary>
    private static int CountToMerge(ImmutableArray<SafeFileHandle> layers)
    {
        int merged = layers.Length > MostLayers ? layers.Length - MostLayers + 1 : 0;
        for (int i = layers.Length - 1; i >= Math.Max(merged, 1); i--)
        {
            if (HasNeeds(layers[i]))
            {
                return i + 1;
            }
        }

        return merged;
    }

    private static bool HasNeeds(SafeFileHandle layer) =>
        Libc.faccessat(layer.Descriptor(), LowerNeeds.FileName, 0, AtFlags.AT_SYMLINK_NOFOLLOW) == 0;

    private SafeFileHandle Merge(ImageConfig config, LayerId id, int merged)
    {
        TreeRemover remover = new(request.Map, request.StartWorker);
        HeldDirectory work = HeldDirectory.Create(store, "tmp", request.Map);
        SafeFileHandle? layer = null;
        try
        {
            using StatusLine status = new(request.Quiet);
            status.Show(merged, static count => $"merging {count} layers");
            TreeMerge.Run(request.StartWorker, store, work.Handle, [.. Array.ConvertAll([.. Parts(config, 0)[..merged]], static part => part.Directory)], copy: false, request.Cancel);
            layer = Layer.Install(store, work, id, remover);
            return layer;
        }
        finally
        {
            if (!ReferenceEquals(layer, work.Handle))
            {
                work.Remove(remover);
                work.Dispose();
            }
        }
    }

    private RootfsSource Source(Digest image, ImageConfig config, ImmutableArray<LayerId> parts, ImmutableArray<SafeFileHandle> held) =>
        new() { Store = store.Directory, Layers = Topmost(parts), Locks = held, Config = config, Image = image };

    /// <summary>
    /// The trees, each once: builders have the same layer again and again, an empty one above all, and overlay takes none twice. Where
    /// it is topmost it says all that it has to say, so that what is below it of the same says nothing new.
    /// </summary>
    private static ImmutableArray<string> Topmost(ImmutableArray<LayerId> parts)
    {
        List<string> trees = [];
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            if (!trees.Contains(parts[i].Tree))
            {
                trees.Add(parts[i].Tree);
            }
        }

        trees.Reverse();
        return [.. trees];
    }

    private static void Release(ImmutableArray<SafeFileHandle> layers)
    {
        foreach (SafeFileHandle layer in layers)
        {
            layer.Dispose();
        }
    }
}
