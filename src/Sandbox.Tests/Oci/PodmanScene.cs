using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Oci;

/// <summary>podman with sandbox-oci as its runtime, and with a storage, a home and a runtime directory of its own.</summary>
internal sealed class PodmanScene : IDisposable
{
    // A container gets no more open files than this process has: raising the limit is the machine's root's alone. A cgroup
    // namespace of its own lets a user mount what it shows; podman makes one unasked where cgroup v2 is all there is.
    private static readonly string[] Plain = ["--ulimit", "host", "--network", "none", "--cgroups", "disabled"];

    private PodmanScene()
    {
    }

    public WorkDirectory Work { get; } = new();

    /// <summary>What podman takes 50 characters for at most.</summary>
    private string RunRoot { get; } = "/var/tmp/sandbox-test-" + Guid.NewGuid().ToString("N")[..16];

    private string Runtime => Work.In("sandbox-oci");

    /// <summary>One with the demonstration image, as "demo".</summary>
    public static async Task<PodmanScene> Make()
    {
        PodmanScene scene = new();
        try
        {
            await scene.Prepare();
            return scene;
        }
        catch
        {
            scene.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command of podman's to its end.</summary>
    public Task<CommandResult> Do(params string[] words) => Do(words, input: null);

    public Task<CommandResult> Do(string[] words, byte[]? input) =>
        Command.Run("podman", Words(words), input, Environment, directory: Work.Path);

    /// <summary>The same for what must succeed.</summary>
    public async Task<string> Must(params string[] words)
    {
        CommandResult result = await Do(words);
        await Assert.That(result.ExitCode).IsEqualTo(0).Because(result.Error);
        return result.Output.TrimEnd('\n');
    }

    /// <summary>The words of <c>podman run</c> that fit this kind of machine.</summary>
    public static string[] Run(string[] options, params string[] command) => ["run", .. Plain, .. options, "demo", .. command];

    /// <summary>A container that goes on, and writes "ready" when it is so far; its name is "one".</summary>
    public Task<string> Detach(string script) => Must(Run(["--detach", "--name", "one"], "sh", "-c", script));

    /// <summary>A shell script's words for podman itself, for a program that has a terminal.</summary>
    public string[] OnHost(params string[] words) =>
        ["env", .. Environment.Select(static variable => $"{variable.Key}={variable.Value}"), "podman", .. Words(words)];

    /// <summary>Ends what is left, podman's own process that holds a user's namespaces too.</summary>
    public void Dispose()
    {
        Do("rm", "--all", "--force", "--time", "0").GetAwaiter().GetResult();

        // What conmon starts at the end of a container cleans up beside all others, and would make directories anew.
        Command.Run(
            "sh", ["-c", "while pgrep -f \"conmon .*$RUN_ROOT|$RUN_ROOT .*container cleanup\" >/dev/null; do sleep 0.1; done"],
            environment: new Dictionary<string, string?> { ["RUN_ROOT"] = RunRoot }).GetAwaiter().GetResult();
        if (System.Environment.UserName != "root")
        {
            // Files of a user's containers belong to ids that he reaches in his namespace alone.
            Do("unshare", "rm", "-rf", Work.In("store"), RunRoot).GetAwaiter().GetResult();
        }

        Command.Run("sh", ["-c", "for file in $(find \"$0\" -name pause.pid); do kill -KILL \"$(cat \"$file\")\"; done", Work.Path]).GetAwaiter().GetResult();
        Command.Run("rm", ["-rf", RunRoot]).GetAwaiter().GetResult();
        Work.Dispose();
    }

    private async Task Prepare()
    {
        foreach (string directory in new[] { "home", "run", "temporary" })
        {
            Work.Make(directory);
        }

        File.SetUnixFileMode(Work.In("run"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Runtime, Repository.Executable);

        // podman keeps a list of the runtimes that may be without a cgroup, which a host with cgroup v1 alone asks for.
        await File.WriteAllTextAsync(
            Work.In("containers.conf"),
            "[containers]\nlog_driver = \"k8s-file\"\ndefault_ulimits = []\n[engine]\nruntime_supports_nocgroup = [\"sandbox-oci\"]\nruntime_supports_json = [\"sandbox-oci\"]\n");
        await Must("import", Repository.In("artifacts", "images", "demo.tar"), "demo");
    }

    private Dictionary<string, string?> Environment => new()
    {
        ["HOME"] = Work.In("home"),
        ["XDG_RUNTIME_DIR"] = Work.In("run"),
        ["XDG_DATA_HOME"] = Work.In("home/data"),
        ["XDG_CONFIG_HOME"] = Work.In("home/config"),
        ["CONTAINERS_CONF"] = Work.In("containers.conf"),
        ["TMPDIR"] = Work.In("temporary"),
    };

    private IEnumerable<string> Words(string[] words) =>
    [
        "--root", Work.In("store"), "--runroot", RunRoot, "--tmpdir", Work.In("libpod"), "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
        "--events-backend", "file", "--log-level", "error", "--runtime", Runtime, .. words,
    ];
}
