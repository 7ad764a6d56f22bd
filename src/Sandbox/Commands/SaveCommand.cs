using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Json;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox save</c>.</summary>
internal static class SaveCommand
{
    private const int StandardError = 2;

    public static int Run(SaveOptions options)
    {
        using StoreAccess access = StoreAccess.Open(options);
        NamedImage image = access.Find(options.Image);
        byte[] config = access.Catalog.ReadConfig(image.Id)
            ?? throw new SandboxException($"cannot save {options.Image}", "its config is missing or damaged", "'sandbox verify' tells what else is");

        return options.Output == Words.StandardOutput ? Pass(options, access, image, config) : Write(options, access, image, config);
    }

    private static int Write(SaveOptions options, StoreAccess access, NamedImage image, byte[] config)
    {
        using UnfinishedFile output = UnfinishedFile.Create(options.Output);
        (Digest manifest, bool newLayers) = Export(access, options, image, config, output.File);
        output.Finish();
        return Output.Print(options.Json
            ? new JsonText().Begin('{').Add("Manifest", manifest.ToString()).Add("NewManifest", manifest != image.Manifest).Add("NewLayers", newLayers).End('}').ToString()
            : Line(image, manifest, newLayers));
    }

    /// <summary>What is told of it goes to standard error: standard output is the archive's.</summary>
    private static int Pass(SaveOptions options, StoreAccess access, NamedImage image, byte[] config)
    {
        using ArchiveSpool spool = ArchiveSpool.Create(access);
        (Digest manifest, bool newLayers) = Export(access, options, image, config, spool.File);
        spool.PassOn();
        if (!options.Quiet)
        {
            _ = Output.Write(StandardError, Line(image, manifest, newLayers));
        }

        return 0;
    }

    private static (Digest Manifest, bool NewLayers) Export(StoreAccess access, SaveOptions options, NamedImage image, byte[] config, SafeFileHandle output)
    {
        ImageExport export = new(access.Store, access.Request(options.Image, null), output);
        Digest manifest = export.Write(config, image.Name is null ? [] : [image.Name]);
        return (manifest, export.HasNewLayers);
    }

    private static string Line(NamedImage image, Digest manifest, bool newLayers)
    {
        string note = newLayers ? " (digests of layers, image and manifest are new)"
            : manifest != image.Manifest ? " (the manifest's digest is new: layers are saved without compression)"
            : "";
        return $"{manifest}{note}\n";
    }
}
