using System.Net.Sockets;
using System.Text;
using Sandbox.Images;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>What is removed from a store is what was meant, and nothing that is needed or may be.</summary>
public class CollectorTests
{
    [Test]
    public async Task A_name_that_another_image_has_by_now_is_not_taken_from_it()
    {
        using StoreScene scene = new();
        using Store store = scene.OpenStore();
        ImageCatalog catalog = new(store);
        Digest before = Add(catalog, "a"), now = Add(catalog, "b");
        Reference name = Reference.TryParse("app", out Reference? parsed) ? parsed : throw new InvalidOperationException();
        catalog.Tag(name, before, null);
        NamedImage seen = catalog.Find("app")!;
        catalog.Tag(name, now, null);

        await Assert.That(() => new Collector(store, Remover(scene)).Untag(seen)).Throws<SandboxException>().WithMessageContaining("another image has that name");
        await Assert.That(catalog.Find("app")!.Id).IsEqualTo(now);
        await Assert.That(catalog.All()).Contains(before);
    }

    /// <summary>What is in the place of the image's config cannot be opened: nobody can tell which layers it has.</summary>
    [Test]
    public async Task Of_an_image_that_cannot_be_read_no_layer_is_removed()
    {
        using StoreScene scene = new();
        using Store store = scene.OpenStore();
        ImageCatalog catalog = new(store);
        Digest unreadable = Hasher.Of("unreadable"u8), layer = Hasher.Of("layer"u8);
        catalog.Tag(Reference.TryParse("app", out Reference? name) ? name : throw new InvalidOperationException(), unreadable, null);
        Directory.CreateDirectory(scene.InStore(new LayerId(LayerKind.Layer, layer, scene.Map).Tree));
        using Socket socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(scene.InScene("socket")));
        File.Move(scene.InScene("socket"), scene.InStore("images", unreadable.Hex));

        await Assert.That(() => new Collector(store, Remover(scene)).Prune()).Throws<SandboxException>().WithMessageContaining($"cannot read image {unreadable}");
        await Assert.That(scene.Entries("layers").Length).IsEqualTo(1);
    }

    /// <summary>A name that was cut off would be listed as another, and could not be taken away.</summary>
    [Test]
    public async Task The_longest_name_is_kept_whole()
    {
        using StoreScene scene = new();
        using Store store = scene.OpenStore();
        ImageCatalog catalog = new(store);
        string text = $"localhost/{new string('n', 245)}:{new string('t', 128)}";
        Reference name = Reference.TryParse(text, out Reference? parsed) ? parsed : throw new InvalidOperationException();
        catalog.Tag(name, Add(catalog, "a"), Hasher.Of("manifest"u8, DigestAlgorithm.Sha512));

        await Assert.That(catalog.AllNames().Single().Name!.ToString()).IsEqualTo(text);
        new Collector(store, Remover(scene)).Untag(catalog.Find(text)!);
        await Assert.That(catalog.AllNames()).IsEmpty();
    }

    private static Digest Add(ImageCatalog catalog, string what)
    {
        byte[] config = Encoding.UTF8.GetBytes($"{{\"rootfs\":{{\"diff_ids\":[]}},\"author\":\"{what}\"}}");
        Digest id = Hasher.Of(config);
        catalog.Add(id, config);
        return id;
    }

    private static TreeRemover Remover(StoreScene scene) => new(scene.Map, scene.Workers.Start);
}
