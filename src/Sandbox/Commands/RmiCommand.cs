using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary><c>sandbox rmi</c>.</summary>
internal static class RmiCommand
{
    public static int Run(RmiOptions options)
    {
        using StoreAccess access = StoreAccess.Open(options);
        Collector collector = new(access.Store, access.Remover);
        Collected all = new([], 0, 0, 0);
        int code = OneByOne.Do(options.Images, word =>
        {
            Collected one = Remove(access.Find(word), word, collector);
            all = new Collected([.. all.Images, .. one.Images], all.Layers + one.Layers, all.Kept + one.Kept, all.Refused + one.Refused);
        });
        PruneCommand.Tell(options, all);
        return code;
    }

    /// <summary>Who gives a name wants that name gone; who gives an id, the image.</summary>
    private static Collected Remove(NamedImage image, string word, Collector collector)
    {
        bool byName = image.Name is not null && Reference.TryParse(word, out Reference? name) && name.Domain == image.Name.Domain && name.Path == image.Name.Path;
        return byName ? collector.Untag(image) : collector.Remove(image.Id);
    }
}
