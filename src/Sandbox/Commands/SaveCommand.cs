using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Json;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox save</c>.</summary>
internal static class SaveCommand
{
    public static int Run(SaveOptions options)
    {
        using StoreAccess access = StoreAccess.Open(options);
        NamedImage image = access.Find(options.Image);
        byte[] config = access.Catalog.ReadConfig(image.Id)
            ?? throw new SandboxException($"cannot save {options.Image}", "its config is missing or damaged", "'sandbox verify' tells what else is");

        using UnfinishedFile output = UnfinishedFile.Create(options.Output);
        ImageExport export = new(access.Store, access.Request(options.Image, null), output.File);
        Digest manifest = export.Write(config, image.Name is null ? [] : [image.Name]);
        output.Finish();
        return Tell(options, image, manifest, export.HasNewLayers);
    }

    private static int Tell(SaveOptions options, NamedImage image, Digest manifest, bool newLayers)
    {
        if (options.Json)
        {
            return Output.Print(new JsonText().Begin('{')
                .Add("Manifest", manifest.ToString()).Add("NewManifest", manifest != image.Manifest).Add("NewLayers", newLayers).End('}').ToString());
        }

        string note = newLayers ? " (digests of layers, image and manifest are new)"
            : manifest != image.Manifest ? " (the manifest's digest is new: layers are saved without compression)"
            : "";
        return Output.Print($"{manifest}{note}\n");
    }
}
