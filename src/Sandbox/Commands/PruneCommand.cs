using System.Text;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Json;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary><c>sandbox prune</c>.</summary>
internal static class PruneCommand
{
    public static int Run(PruneOptions options)
    {
        using StoreAccess access = StoreAccess.Open(options);
        CgroupSweep.Everywhere();
        foreach (string name in options.Kept)
        {
            KeptRemoval.Remove(access.Store, name, access.Ids.Key, access.Remover);
        }

        return Tell(options, new Collector(access.Store, access.Remover).Prune());
    }

    /// <summary>Prints what was removed.</summary>
    public static int Tell(StoreInvocation options, Collected collected)
    {
        if (options.Json)
        {
            return Output.Print(new JsonText().Begin('{')
                .Add("Images", collected.Images.ConvertAll(static id => id.ToString()))
                .Add("Layers", collected.Layers).Add("InUse", collected.Kept).Add("OfOtherIds", collected.Refused).End('}').ToString());
        }

        StringBuilder text = new();
        collected.Images.ForEach(id => text.Append($"removed image {id}\n"));
        if (collected.Layers > 0)
        {
            text.Append($"removed {Output.Count(collected.Layers, "tree")}\n");
        }

        if (collected.Kept > 0)
        {
            text.Append($"kept {Output.Count(collected.Kept, "tree")} in use\n");
        }

        if (collected.Refused > 0)
        {
            text.Append($"left {Output.Count(collected.Refused, "tree")} unpacked for other ids (see --userns)\n");
        }

        return Output.Print(text.ToString());
    }
}
