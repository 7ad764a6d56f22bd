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
    public static int Run(VerifyOptions options)
    {
        using StoreAccess access = StoreAccess.Open(options);
        List<string> damaged = [];
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
                Verify(access, id, layer, damaged);
            }
            else if (layer is not null)
            {
                unverified++;
            }
        }

        return Tell(options, damaged, images, archives, layers, unverified);
    }

    private static void Verify(StoreAccess access, LayerId id, SafeFileHandle layer, List<string> damaged)
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
        }
        catch (SandboxException failure)
        {
            damaged.Add($"{(id.Kind == LayerKind.Archive ? "archive" : "layer")} {id.Content}: {failure.Why}");
        }
    }

    private static int Tell(VerifyOptions options, List<string> damaged, int images, int archives, int layers, int unverified)
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

        return damaged.Count == 0 ? 0 : 1;
    }
}
