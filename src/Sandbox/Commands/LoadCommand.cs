using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Json;
using Sandbox.Launch;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox load</c>.</summary>
internal static class LoadCommand
{
    public static int Run(LoadOptions options)
    {
        Reference[] tags = Array.ConvertAll([.. options.Tags], Name);
        using Microsoft.Win32.SafeHandles.SafeFileHandle signals = Supervision.OpenSignals();
        using StoreAccess access = StoreAccess.Open(options);
        ImageWord word = ImageWord.Read(options.File, null);
        LoadedImage loaded = new ImageImport(access.Store, access.Request(word.Path!, word.Pick)).Load(tags);
        string[] names = Array.ConvertAll([.. loaded.Names], static name => name.ToString());
        if (options.Json)
        {
            return Output.Print(new JsonText().Begin('{').Add("Id", loaded.Id.ToString()).Add("Names", names).End('}').ToString());
        }

        return Output.Print($"{loaded.Id}{string.Concat(Array.ConvertAll(names, static name => " " + name))}\n");
    }

    /// <summary>A name that the user gives to an image.</summary>
    public static Reference Name(string word) => Reference.TryParse(word, out Reference? name) && name.Digest is null
        ? name
        : throw new SandboxException($"wrong name '{word}'", "allowed is [REGISTRY/]NAME[:TAG] in lower-case letters, digits and '.', '_', '-' between them");
}
