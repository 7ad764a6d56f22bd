using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Images;

/// <summary>What an image says about itself and about how it wants to run; a bare root file system says nothing.</summary>
internal sealed record ImageConfig
{
    public static ImageConfig None { get; } = new();

    /// <summary>What it is built for.</summary>
    public Platform Platform { get; init; } = Platform.Machine;

    /// <summary>The time of its making as the builder wrote it; "" for none.</summary>
    public string Created { get; init; } = "";

    /// <summary>The digests of the layers' tar archives without compression, from lowest to highest.</summary>
    public ImmutableArray<Digest> DiffIds { get; init; } = [];

    public ImmutableArray<string> Entrypoint { get; init; } = [];

    public ImmutableArray<string> Cmd { get; init; } = [];

    /// <summary>Each NAME=VALUE.</summary>
    public ImmutableArray<string> Env { get; init; } = [];

    /// <summary>Empty means the root.</summary>
    public string WorkingDir { get; init; } = "";

    /// <summary>USER or USER:GROUP; empty means root.</summary>
    public string User { get; init; } = "";

    /// <summary>Directories whose content is to be the run's own.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>PORT/PROTOCOL each; for show.</summary>
    public ImmutableArray<string> ExposedPorts { get; init; } = [];

    public string StopSignal { get; init; } = "";

    public List<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>The words of the health check; for show.</summary>
    public ImmutableArray<string> Healthcheck { get; init; } = [];

    /// <summary>Whether the image is built for another platform. Where it does not say, as images of bare trees do not, nobody can tell.</summary>
    public bool IsNotFor(Platform wanted) => Platform is { Os.Length: > 0, Architecture.Length: > 0 } built && !wanted.Accepts(built);

    /// <summary>Reads a config blob.</summary>
    public static ImageConfig Read(ReadOnlySpan<byte> text, string name) => JsonCursor.Read(text, name, Read);

    private static ImageConfig Read(ref JsonCursor json)
    {
        ImageConfig config = None;
        string os = "", architecture = "", variant = "", created = "";
        List<Digest>? layers = null;
        while (json.NextMember())
        {
            if (json.Is("os"u8))
            {
                os = json.String();
            }
            else if (json.Is("architecture"u8))
            {
                architecture = json.String();
            }
            else if (json.Is("variant"u8))
            {
                variant = json.String();
            }
            else if (json.Is("created"u8))
            {
                created = json.String();
            }
            else if (json.Is("rootfs"u8))
            {
                layers = json.Object(ReadLayers);
            }
            else if (json.Is("config"u8))
            {
                config = json.Object(ReadProcess) ?? None;
            }
            else
            {
                json.Skip();
            }
        }

        return layers is null
            ? throw new FormatException("it is no image's config: it has no rootfs")
            : config with { Platform = new Platform(os, architecture, variant), Created = created, DiffIds = [.. layers] };
    }

    private static List<Digest> ReadLayers(ref JsonCursor json)
    {
        List<Digest> layers = [];
        while (json.NextMember())
        {
            if (json.Is("diff_ids"u8))
            {
                layers = json.Strings().ConvertAll(Digest.Parse);
            }
            else
            {
                json.Skip();
            }
        }

        return layers;
    }

    private static ImageConfig ReadProcess(ref JsonCursor json)
    {
        ImageConfig config = None;
        while (json.NextMember())
        {
            if (json.Is("Entrypoint"u8))
            {
                config = config with { Entrypoint = [.. json.Strings()] };
            }
            else if (json.Is("Cmd"u8))
            {
                config = config with { Cmd = [.. json.Strings()] };
            }
            else if (json.Is("Env"u8))
            {
                config = config with { Env = [.. json.Strings()] };
            }
            else if (json.Is("WorkingDir"u8))
            {
                config = config with { WorkingDir = json.String() };
            }
            else if (json.Is("User"u8))
            {
                config = config with { User = json.String() };
            }
            else if (json.Is("Volumes"u8))
            {
                config = config with { Volumes = [.. json.Names()] };
            }
            else if (json.Is("ExposedPorts"u8))
            {
                config = config with { ExposedPorts = [.. json.Names()] };
            }
            else if (json.Is("StopSignal"u8))
            {
                config = config with { StopSignal = json.String() };
            }
            else if (json.Is("Labels"u8))
            {
                config = config with { Labels = json.Object(ReadLabels) ?? [] };
            }
            else if (json.Is("Healthcheck"u8))
            {
                config = config with { Healthcheck = [.. json.Object(ReadHealthcheck) ?? []] };
            }
            else
            {
                json.Skip();
            }
        }

        return config;
    }

    private static List<KeyValuePair<string, string>> ReadLabels(ref JsonCursor json)
    {
        List<KeyValuePair<string, string>> labels = [];
        while (json.NextMember())
        {
            labels.Add(new KeyValuePair<string, string>(json.Name(), json.String()));
        }

        return labels;
    }

    private static List<string> ReadHealthcheck(ref JsonCursor json)
    {
        List<string> words = [];
        while (json.NextMember())
        {
            if (json.Is("Test"u8))
            {
                words = json.Strings();
            }
            else
            {
                json.Skip();
            }
        }

        return words;
    }
}
