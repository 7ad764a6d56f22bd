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
    private const uint Readable = 0x1A4;

    public static int Run(SaveOptions options)
    {
        using StoreAccess access = StoreAccess.Open(options);
        NamedImage image = access.Find(options.Image);
        byte[] config = access.Catalog.ReadConfig(image.Id)
            ?? throw new SandboxException($"cannot save {options.Image}", "its config is missing or damaged", "'sandbox verify' tells what else is");

        using SafeFileHandle here = Libc.openat(Libc.AT_FDCWD, ".", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);

        // Under another name until it is whole: what has the right name can be loaded.
        string temporary = $"{options.Output}.{Libc.GetRandom():x8}";
        using SafeFileHandle output = Libc.openat(Libc.AT_FDCWD, temporary, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, Readable);
        if (output.IsInvalid)
        {
            throw SandboxException.FromLastError($"cannot write {options.Output}");
        }

        try
        {
            ImageExport export = new(access.Store, access.Request(options.Image, null), output);
            Digest manifest = export.Write(config, image.Name is null ? [] : [image.Name]);
            if (Libc.renameat(here, temporary, here, options.Output) != 0)
            {
                throw SandboxException.FromLastError($"cannot write {options.Output}");
            }

            return Tell(options, image, manifest, export.HasNewLayers);
        }
        catch
        {
            Libc.unlinkat(here, temporary, AtFlags.None);
            throw;
        }
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
