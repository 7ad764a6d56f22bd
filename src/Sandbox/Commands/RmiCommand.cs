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
        foreach (string word in options.Images)
        {
            NamedImage image = access.Find(word);

            // Who gives a name wants that name gone; who gives an id, the image.
            bool byName = image.Name is not null && Reference.TryParse(word, out Reference? name) && name.Domain == image.Name.Domain && name.Path == image.Name.Path;
            Collected one = byName ? collector.Untag(image) : collector.Remove(image.Id);
            all = new Collected([.. all.Images, .. one.Images], all.Layers + one.Layers, all.Kept + one.Kept, all.Refused + one.Refused);
        }

        return PruneCommand.Tell(options, all);
    }
}
