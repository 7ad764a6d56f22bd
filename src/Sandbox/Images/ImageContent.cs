using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Images;

/// <summary>One image as it was found: its config, and where its layers lie.</summary>
internal sealed record ImageContent
{
    /// <summary>Nobody makes more, and each is a file that is looked for and a tree that is kept.</summary>
    private const int MostLayers = 500;

    /// <summary>The config blob as it is; its digest is the image's id.</summary>
    public required byte[] ConfigBytes { get; init; }

    public required ImageConfig Config { get; init; }

    public required Digest Id { get; init; }

    /// <summary>The digest of its manifest, where it has one.</summary>
    public Digest? Manifest { get; init; }

    /// <summary>From lowest to highest.</summary>
    public required ImmutableArray<LayerBlob> Layers { get; init; }

    /// <summary>Joins a config with the layers that it must describe; it must be for the platform that is wanted.</summary>
    public static ImageContent Join(
        ImageFiles files, Platform platform, string configName, byte[] configBytes, Digest? manifest, Func<int, Digest, LayerBlob> layer, int layers)
    {
        if (layers > MostLayers)
        {
            throw new SandboxException($"cannot use config {configName} of {files.Name}", $"the image has more than {MostLayers} layers");
        }

        ImageConfig config = ImageConfig.Read(configBytes, $"config {configName} of {files.Name}");
        if (config.DiffIds.Length != layers)
        {
            throw new SandboxException($"cannot use config {configName} of {files.Name}", $"it describes {config.DiffIds.Length} layers, and the image has {layers}");
        }

        if (config.IsNotFor(platform))
        {
            throw new SandboxException(
                $"cannot use config {configName} of {files.Name}", $"the image is for {config.Platform}, not for {platform}", $"--platform {config.Platform} takes it all the same");
        }

        ImmutableArray<LayerBlob>.Builder blobs = ImmutableArray.CreateBuilder<LayerBlob>(layers);
        for (int i = 0; i < layers; i++)
        {
            blobs.Add(layer(i, config.DiffIds[i]));
        }

        return new ImageContent { ConfigBytes = configBytes, Config = config, Id = Hasher.Of(configBytes), Manifest = manifest, Layers = blobs.MoveToImmutable() };
    }
}
