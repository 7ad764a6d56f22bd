using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>A root directory that a test fills as an attacker would, and a store of its own to run it from.</summary>
internal sealed class HostileImage : IDisposable
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly WorkDirectory _work = new();

    public HostileImage()
    {
        Root = _work.Make("image");
        Directory.CreateDirectory(In("bin"));
        File.Copy("/bin/busybox", In("bin/sh"));
    }

    public string Root { get; }

    public string In(string name) => Path.Combine(Root, name);

    public void WriteExecutable(string name, byte[] content)
    {
        File.WriteAllBytes(In(name), content);
        File.SetUnixFileMode(In(name), Executable);
    }

    public void Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.CreateSymbolicLink(In(name), target);
    }

    /// <summary>Runs a command in it: options of run, then the words of the command.</summary>
    public Task<CommandResult> Run(string[] options, params string[] command) => Command.Sandbox([.. Words(options), .. command]);

    /// <summary>The words of a run, up to the command's own.</summary>
    public string[] Words(params string[] options) => ["--root", _work.In("store"), "run", .. options, Root, "--"];

    public void Dispose() => _work.Dispose();
}
