using System.Text;
using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Json;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary><c>sandbox images</c>.</summary>
internal static class ImagesCommand
{
    private const int ShownDigits = 12;

    public static int Run(ImagesOptions options)
    {
        using StoreAccess access = StoreAccess.Open(options);
        List<NamedImage> names = access.Catalog.AllNames();
        if (options.Names)
        {
            return Output.Print(string.Concat(names.ConvertAll(static name => $"{name.Name?.Short ?? name.Id.ToString()}\n")));
        }

        foreach (Digest id in access.Catalog.All())
        {
            if (!names.Exists(name => name.Id == id))
            {
                names.Add(new NamedImage(null, id, null));
            }
        }

        return Output.Print(options switch
        {
            { Json: true } => Json(access, names),
            { Quiet: true } => string.Concat(access.Catalog.All().Select(static id => $"{id}\n")),
            _ => Table(access, names),
        });
    }

    private static string Table(StoreAccess access, List<NamedImage> names)
    {
        int width = "NAME".Length;
        names.ForEach(name => width = Math.Max(width, Shown(name).Length));
        StringBuilder text = new($"{"NAME".PadRight(width)}  {"ID",-ShownDigits}  {"PLATFORM",-14}  LAYERS  CREATED\n");
        foreach (NamedImage name in names)
        {
            ImageConfig? config = access.Catalog.ReadConfig(name.Id) is { } bytes ? ImageConfig.Read(bytes, $"image {name.Id}") : null;
            string row = $"{Shown(name).PadRight(width)}  {name.Id.Hex[..ShownDigits]}  {config?.Platform.ToString() ?? "damaged",-14}  {config?.DiffIds.Length ?? 0,6}  {Age.Ago(config?.Created ?? "")}";
            text.Append(Output.Printable(row.TrimEnd())).Append('\n');
        }

        return text.ToString();
    }

    private static string Json(StoreAccess access, List<NamedImage> names)
    {
        JsonText json = new JsonText().Begin('[');
        foreach (NamedImage name in names)
        {
            ImageConfig? config = access.Catalog.ReadConfig(name.Id) is { } bytes ? ImageConfig.Read(bytes, $"image {name.Id}") : null;
            json.Begin('{').Add("Name", name.Name?.ToString()).Add("Id", name.Id.ToString()).Add("Manifest", name.Manifest?.ToString())
                .Add("Platform", config?.Platform.ToString()).Add("Layers", config?.DiffIds.Length ?? 0).Add("Created", config is { Created.Length: > 0 } ? config.Created : null).End('}');
        }

        return json.End(']').ToString();
    }

    private static string Shown(NamedImage name) => name.Name?.ToString() ?? "<none>";
}
