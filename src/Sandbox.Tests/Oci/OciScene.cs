using System.Text.Json.Nodes;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Oci;

/// <summary>
/// A bundle of the demonstration image's files, and a state directory of its own. For an ordinary user the bundle has a
/// user namespace with that user as its root.
/// </summary>
internal sealed class OciScene : IDisposable
{
    private OciScene(WorkDirectory work) => Work = work;

    public WorkDirectory Work { get; }

    public string Root => Work.In("state");

    public string Bundle => Work.In("bundle");

    /// <summary>The bundle's config.json; what is changed in it counts from the next create on.</summary>
    public JsonObject Config { get; private set; } = [];

    public static async Task<OciScene> Make(params string[] command)
    {
        OciScene scene = new(new WorkDirectory());
        scene.Work.Make("bundle/rootfs");
        await scene.Work.Shell($"tar --extract --file='{Repository.In("artifacts", "images", "demo.tar")}' --directory=bundle/rootfs --exclude='./dev/*'");
        CommandResult written = await Command.Sandbox(["oci", "spec", "--bundle", scene.Bundle, .. Environment.UserName == "root" ? Array.Empty<string>() : ["--rootless"]]);
        await Assert.That(written.Error).IsEqualTo("");
        scene.Config = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(scene.Bundle, "config.json")))!;
        scene.Process["terminal"] = false;
        scene.Process["args"] = new JsonArray([.. command.Select(word => JsonValue.Create(word))]);
        scene.Config["root"]!["readonly"] = false;
        return scene;
    }

    public JsonObject Process => (JsonObject)Config["process"]!;

    /// <summary>Adds a hook that runs a shell script outside, or inside where its kind is of the container.</summary>
    public void Hook(string kind, string script, int? timeout = null)
    {
        JsonObject hooks = (JsonObject)(Config["hooks"] ??= new JsonObject());
        JsonArray list = (JsonArray)(hooks[kind] ??= new JsonArray());
        JsonObject hook = new() { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", script), ["env"] = new JsonArray("PATH=/bin:/usr/bin", $"BUNDLE={Bundle}") };
        if (timeout is { } seconds)
        {
            hook["timeout"] = seconds;
        }

        list.Add(hook);
    }

    /// <summary>Runs an operation that leaves no process behind which holds its output.</summary>
    public async Task<CommandResult> Do(params string[] words)
    {
        await Save();
        return await Command.Run(Repository.Executable, ["oci", "--root", Root, .. words], directory: Bundle);
    }

    /// <summary>Runs an operation whose container may go on; its output is the file "output" of the scene.</summary>
    public async Task<CommandResult> Leave(params string[] words)
    {
        await Save();
        return await Command.Run(
            "sh", ["-c", "out=$1; shift; \"$@\" </dev/null >>\"$out\" 2>\"$out.error\"; code=$?; cat \"$out.error\" >&2; exit $code", "sh", Output, Repository.Executable, "oci", "--root", Root, .. words],
            directory: Bundle);
    }

    /// <summary>The same for what must succeed.</summary>
    public async Task Must(params string[] words)
    {
        CommandResult result = await Leave(words);
        await Assert.That(result.ExitCode).IsEqualTo(0).Because(result.Error);
    }

    /// <summary>Where the container writes.</summary>
    public string Output => Work.In("output");

    public async Task<JsonObject> State(string id = "one") => (JsonObject)JsonNode.Parse((await Do("state", id)).Output)!;

    public async Task<string> Status(string id = "one") => (await Do("state", id)) is { ExitCode: 0 } result ? (string)JsonNode.Parse(result.Output)!["status"]! : "none";

    /// <summary>Waits until the container has ended: its process is a child of whoever reaps orphans here, and is seen in /proc.</summary>
    public async Task AwaitStop(string id = "one")
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        while (await Status(id) != "stopped")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), deadline.Token);
        }
    }

    public void Dispose()
    {
        foreach (string path in Directory.Exists(Root) ? Directory.GetDirectories(Root) : [])
        {
            Command.Sandbox("oci", "--root", Root, "delete", "--force", Path.GetFileName(path)).GetAwaiter().GetResult();
        }

        Work.Dispose();
    }

    /// <summary>Writes the bundle's config.json, for who runs an operation by himself.</summary>
    public Task Save() => File.WriteAllTextAsync(Path.Combine(Bundle, "config.json"), Config.ToJsonString());
}
