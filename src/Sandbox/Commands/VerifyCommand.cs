using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Json;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox verify</c>.</summary>
internal static class VerifyCommand
{
    private const int StandardError = 2;

    public static int Run(VerifyOptions options)
    {
        using StoreAccess access = StoreAccess.Open(options);
        List<string> damaged = [];
        List<Digest> layersDamaged = [];
        int images = 0, archives = 0, layers = 0, unverified = 0;
        foreach (Digest id in access.Catalog.All())
        {
            images++;
            if (access.Catalog.ReadConfig(id) is null)
            {
                damaged.Add($"image {id}: its config is not what its digest says");
            }
        }

        foreach (string path in Directory.GetDirectories(Path.Combine(access.Store.Path, "layers")))
        {
            if (!LayerId.TryParse(Path.GetFileName(path), out LayerId id) || id.Map != access.Ids.Key)
            {
                unverified++;
                continue;
            }

            // One that is gone or being removed by now is no damage.
            using SafeFileHandle? layer = Layer.TryHold(access.Store, id);
            if (layer is not null && VerifyWorker.CanCheck(id, layer))
            {
                _ = id.Kind == LayerKind.Archive ? archives++ : layers++;
                if (Verify(access, id, layer) is { } why)
                {
                    damaged.Add($"{(id.Kind == LayerKind.Archive ? "archive" : "layer")} {id.Content}: {why}");
                    layersDamaged.Add(id.Content);
                }
            }
            else if (layer is not null)
            {
                unverified++;
            }
        }

        Tell(options, damaged, images, archives, layers, unverified);
        if (layersDamaged.Count > 0 && !options.Json)
        {
            Output.Write(StandardError, $"hint: {Hint(UsersOf(access, layersDamaged))}\n");
        }

        return damaged.Count == 0 ? 0 : 1;
    }

    /// <summary>What is wrong with a tree; null for nothing.</summary>
    private static string? Verify(StoreAccess access, LayerId id, SafeFileHandle layer)
    {
        try
        {
            WorkerCall.Run(access.Workers.Start, $"verify {id.Content}", new WorkerRequest
            {
                Verb = VerifyWorker.Verb,
                Arguments = VerifyWorker.Arguments(id, access.Ids.KeepsOwners),
                Directory = layer,
                DirectoryIsRead = true,
            });
            return null;
        }
        catch (SandboxException failure)
        {
            return failure.Why;
        }
    }

    /// <summary>The images that have one of these layers, each by all its names, or else by its id.</summary>
    private static List<string> UsersOf(StoreAccess access, List<Digest> layers)
    {
        List<NamedImage> names = access.Catalog.AllNames();
        List<string> users = [];
        foreach (Digest id in access.Catalog.All())
        {
            if (access.Catalog.ReadConfig(id) is { } config && ImageConfig.Read(config, $"image {id}").DiffIds.Any(layers.Contains))
            {
                List<NamedImage> own = names.FindAll(name => name.Id == id);
                users.AddRange(own.Count == 0 ? [id.ToString()] : own.ConvertAll(static name => name.Name!.Short));
            }
        }

        return users;
    }

    /// <summary>A tree that is there is not unpacked again, by load as little as by run.</summary>
    private static string Hint(List<string> users) => users.Count == 0
        ? "'sandbox prune' removes it, and the next run unpacks it again"
        : $"'sandbox rmi {string.Join(' ', users)}', then load {(users.Count == 1 ? "it" : "them")} again: load alone leaves a layer that is there as it is";

    private static void Tell(VerifyOptions options, List<string> damaged, int images, int archives, int layers, int unverified)
    {
        if (options.Json)
        {
            Output.Print(new JsonText().Begin('{').Add("Images", images).Add("Archives", archives).Add("Layers", layers).Add("NotVerified", unverified).Add("Damaged", damaged).End('}').ToString());
        }
        else
        {
            StringBuilder text = new();
            damaged.ForEach(line => text.Append($"damaged {Output.Printable(line)}\n"));
            text.Append($"verified {Output.Count(images, "image")}, {Output.Count(archives, "archive")} and {Output.Count(layers, "layer")}: {damaged.Count} damaged; {Output.Count(unverified, "other tree")}\n");
            Output.Print(text.ToString());
        }
    }
}
