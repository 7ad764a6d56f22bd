using System.Text;
using Sandbox.Json;

namespace Sandbox.Images;

/// <summary>The small texts of an OCI image layout that holds one image.</summary>
internal static class OciArchive
{
    public const string LayoutText = "{\"imageLayoutVersion\":\"1.0.0\"}";

    /// <summary>The manifest of an image whose layers are not compressed.</summary>
    public static byte[] Manifest(Digest config, long configSize, IReadOnlyList<(Digest Digest, long Size)> layers)
    {
        JsonText json = new JsonText(compact: true).Begin('{').Add("schemaVersion", 2).Add("mediaType", MediaType.OciManifest);
        Describe(json, "config", MediaType.OciConfig, config, configSize).End('}');
        json.Begin('[', "layers");
        foreach ((Digest digest, long size) in layers)
        {
            Describe(json, null, MediaType.OciLayer, digest, size).End('}');
        }

        return Encoding.UTF8.GetBytes(json.End(']').End('}').ToString());
    }

    /// <summary>index.json, which gives the image its names.</summary>
    public static byte[] Index(Digest manifest, long size, Platform platform, IReadOnlyList<Reference> names)
    {
        JsonText json = new JsonText(compact: true).Begin('{').Add("schemaVersion", 2).Add("mediaType", MediaType.OciIndex).Begin('[', "manifests");
        for (int i = 0; i < Math.Max(names.Count, 1); i++)
        {
            Describe(json, null, MediaType.OciManifest, manifest, size);
            json.Begin('{', "platform").Add("architecture", platform.Architecture).Add("os", platform.Os);
            _ = (platform.Variant.Length > 0 ? json.Add("variant", platform.Variant) : json).End('}');
            if (i < names.Count)
            {
                // Docker takes the name from containerd's key, the others from the specification's.
                json.Begin('{', "annotations").Add("io.containerd.image.name", names[i].ToString())
                    .Add("org.opencontainers.image.ref.name", names[i].ToString()).End('}');
            }

            json.End('}');
        }

        return Encoding.UTF8.GetBytes(json.End(']').End('}').ToString());
    }

    private static JsonText Describe(JsonText json, string? name, string mediaType, Digest digest, long size) =>
        json.Begin('{', name).Add("mediaType", mediaType).Add("digest", digest.ToString()).Add("size", size);
}
