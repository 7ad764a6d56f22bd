using System.Text;
using Sandbox.Json;

namespace Sandbox.Images;

/// <summary>The config blob of an image that is made here: another's, member by member as it is, with one more layer.</summary>
internal static class ConfigText
{
    /// <summary>Adds a layer to <paramref name="parent"/>; null is an image of nothing.</summary>
    public static byte[] WithLayer(byte[]? parent, Digest layer, Platform platform)
    {
        JsonText json = new JsonText(compact: true).Begin('{');
        List<string> layers = [];
        List<string> history = [];
        if (parent is null)
        {
            json.Add("architecture", platform.Architecture).Add("os", platform.Os);
            if (platform.Variant.Length > 0)
            {
                json.Add("variant", platform.Variant);
            }

            json.Begin('{', "config").End('}');
        }
        else
        {
            layers = [.. Array.ConvertAll([.. ImageConfig.Read(parent, "an image").DiffIds], static digest => digest.ToString())];
            CopyMembers(json, parent, history);
        }

        json.Begin('{', "rootfs").Add("type", "layers").Add("diff_ids", [.. layers, layer.ToString()]).End('}');
        json.Begin('[', "history");
        history.ForEach(entry => json.Raw(null, entry));
        json.Begin('{').Add("created_by", "sandbox").End('}').End(']');
        return Encoding.UTF8.GetBytes(json.End('}').ToString());
    }

    /// <summary>The same image with other layers of the same content.</summary>
    public static byte[] WithLayers(byte[] config, IReadOnlyList<Digest> layers)
    {
        JsonText json = new JsonText(compact: true).Begin('{');
        List<string> history = [];
        CopyMembers(json, config, history);
        json.Begin('{', "rootfs").Add("type", "layers").Begin('[', "diff_ids");
        foreach (Digest layer in layers)
        {
            json.Add(null, layer.ToString());
        }

        json.End(']').End('}').Begin('[', "history");
        history.ForEach(entry => json.Raw(null, entry));
        return Encoding.UTF8.GetBytes(json.End(']').End('}').ToString());
    }

    /// <summary>Takes over all members but the two that list layers; what they mean is not asked.</summary>
    private static void CopyMembers(JsonText json, byte[] parent, List<string> history) => JsonCursor.Read(parent, "an image", (ref JsonCursor cursor) =>
    {
        while (cursor.NextMember())
        {
            if (cursor.Is("rootfs"u8))
            {
                cursor.Skip();
            }
            else if (cursor.Is("history"u8))
            {
                history.AddRange(cursor.Texts(parent));
            }
            else
            {
                json.Raw(cursor.Name(), cursor.Text(parent));
            }
        }

        return 0;
    });
}
