using Microsoft.Win32.SafeHandles;

namespace Sandbox.Cgroups;

/// <summary>A sandbox's cgroup as a command sees it that joins the sandbox: somebody else's, to be entered and left alone.</summary>
/// <param name="directory">It stays the caller's.</param>
/// <param name="path">Where it is.</param>
internal sealed class JoinedCgroup(SafeFileHandle directory, string path) : SandboxCgroup
{
    public override SafeFileHandle? Entry => directory;

    public override Cgroup Directory { get; } = new(directory, path);

    public override void Adopt(int pid)
    {
    }

    public override void Dispose()
    {
    }
}
