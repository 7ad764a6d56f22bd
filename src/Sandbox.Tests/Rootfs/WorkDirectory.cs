namespace Sandbox.Tests.Rootfs;

/// <summary>A directory for one test, gone afterwards whatever lies in it.</summary>
internal sealed class WorkDirectory : IDisposable
{
    /// <summary>Makes one below <paramref name="parent"/>, by default on a disk: a tmpfs may lack user xattrs.</summary>
    public WorkDirectory(string parent = "/var/tmp") =>
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, "sandbox-test-" + Guid.NewGuid().ToString("N"))).FullName;

    public string Path { get; }

    /// <summary>The path of something in it.</summary>
    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a directory in it.</summary>
    public string Make(string name) => Directory.CreateDirectory(In(name)).FullName;

    /// <summary>Runs a shell script in it, which fails at the first command that fails.</summary>
    public async Task<string> Shell(string script)
    {
        CommandResult result = await Command.Run("bash", ["-euo", "pipefail", "-c", script], directory: Path);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException(script + ": " + result.Error);
    }

    public void Dispose() => Command.Run("sh", ["-c", "chmod -R u+rwX \"$0\" 2>&1; rm -rf \"$0\"", Path]).GetAwaiter().GetResult();
}
