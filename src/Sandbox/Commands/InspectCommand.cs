using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Json;
using Sandbox.Rootfs;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox inspect</c>.</summary>
internal static class InspectCommand
{
    private const string NodesLeftOut = "DeviceNodesLeftOut";

    public static int Run(InspectOptions options)
    {
        if (ShowSandbox(options) is { } shown)
        {
            return shown;
        }

        using StoreAccess access = StoreAccess.Open(options);
        NamedImage image = access.Catalog.Find(options.Image)
            ?? throw new SandboxException($"cannot find '{options.Image}'", "neither a sandbox nor an image of the store has that name or id", "'sandbox ps -a' lists the ones, 'sandbox images' the others");
        ImageConfig config = access.Config(image.Id);
        List<(string Key, IReadOnlyList<string> Values)> rows =
        [
            ("Id", [image.Id.ToString()]),
            ("Names", access.Catalog.AllNames().FindAll(name => name.Id == image.Id).ConvertAll(static name => name.Name!.ToString())),
            ("Manifest", image.Manifest is { } manifest ? [manifest.ToString()] : []),
            ("Platform", [config.Platform.ToString()]),
            ("Created", config.Created.Length > 0 ? [config.Created] : []),
            ("Entrypoint", config.Entrypoint),
            ("Cmd", config.Cmd),
            ("Env", config.Env),
            ("WorkingDir", config.WorkingDir.Length > 0 ? [config.WorkingDir] : []),
            ("User", config.User.Length > 0 ? [config.User] : []),
            ("Volumes", config.Volumes),
            ("ExposedPorts", config.ExposedPorts),
            ("StopSignal", config.StopSignal.Length > 0 ? [config.StopSignal] : []),
            ("Labels", config.Labels.ConvertAll(static label => $"{label.Key}={label.Value}")),
            ("Healthcheck", config.Healthcheck),
            ("Layers", Array.ConvertAll([.. config.DiffIds], static layer => layer.ToString())),
            (NodesLeftOut, CountLeftOut(access, config) is > 0 and long nodes ? [nodes.ToString(CultureInfo.InvariantCulture)] : []),
        ];
        return Output.Print(options.Json ? Json(rows) : Text(rows));
    }

    /// <summary>How many device nodes the image's layers have that no tree of the store has: who misses one finds here where it went.</summary>
    private static long CountLeftOut(StoreAccess access, ImageConfig config)
    {
        long nodes = 0;
        foreach (Digest diffId in config.DiffIds)
        {
            using SafeFileHandle? layer = Layer.TryHold(access.Store, new LayerId(LayerKind.Layer, diffId, access.Ids.Key));
            nodes += layer is null ? 0 : Layer.NodesLeftOut(layer);
        }

        return nodes;
    }

    /// <summary>Shows the sandbox of the name; null where none has it.</summary>
    private static int? ShowSandbox(InspectOptions options)
    {
        using Registry? registry = Sandboxes.OpenIfThere(options);
        using SandboxEntry? entry = registry?.TryFind(options.Image);
        if (entry is null)
        {
            return null;
        }

        if (options.Json)
        {
            return Output.Print(SandboxJson.Add(new JsonText(), null, entry, StateFile.TryRead(entry.Directory, SandboxFiles.Config)?.TrimEnd()).ToString());
        }

        return Output.Print(Text(
        [
            ("Id", [entry.Record.Id]),
            ("Name", [entry.Record.Name]),
            ("Image", [entry.Record.Image]),
            ("Command", entry.Record.Command),
            ("Phase", [entry.Phase.ToString()]),
            ("Created", [entry.Record.Created.ToString()]),
            ("Started", entry.Status.Started is { } started ? [started.ToString()] : []),
            ("Ended", entry.Status.Ended is { } ended ? [ended.ToString()] : []),
            ("ExitCode", entry.Status.ExitCode is { } code ? [code.ToString()] : []),
            ("Pid", entry.IsAlive ? [entry.Status.Init.Pid.ToString()] : []),
            ("Cgroup", entry.Status.Cgroup is { } cgroup ? [cgroup] : []),
        ]));
    }

    private static string Json(List<(string Key, IReadOnlyList<string> Values)> rows)
    {
        JsonText json = new JsonText().Begin('{');
        foreach ((string key, IReadOnlyList<string> values) in rows)
        {
            _ = key is NodesLeftOut ? json.Raw(key, values.Count > 0 ? values[0] : "0")
                : key is "Id" or "Manifest" or "Platform" or "Created" or "WorkingDir" or "User" or "StopSignal"
                ? json.Add(key, values.Count > 0 ? values[0] : null)
                : json.Add(key, values);
        }

        return json.End('}').ToString();
    }

    private static string Text(List<(string Key, IReadOnlyList<string> Values)> rows)
    {
        StringBuilder text = new();
        foreach ((string key, IReadOnlyList<string> values) in rows)
        {
            foreach (string value in values)
            {
                text.Append($"{key,-18} {Output.Printable(value)}\n");
            }
        }

        return text.ToString();
    }
}
