using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>A sandbox's cgroup as a command sees it that joins the sandbox: somebody else's, to be entered and left alone.</summary>
/// <param name="directory">It stays the caller's.</param>
/// <param name="path">Where it is.</param>
internal sealed class JoinedCgroup(SafeFileHandle directory, string path) : SandboxCgroup
{
    /// <summary>The way into a cgroup from where this process is.</summary>
    public static SandboxCgroup Of(SafeFileHandle directory, string path) =>
        AttachedCgroup.IsInUnit(path) && CgroupMount.Find()?.Own is { } own && !MayMove(own, path) ? new AttachedCgroup(directory, path) : new JoinedCgroup(directory, path);

    public override SafeFileHandle? Entry => directory;

    public override Cgroup Directory { get; } = new(directory, path);

    public override void Adopt(int pid)
    {
    }

    public override void Dispose()
    {
    }

    /// <summary>Moving a process takes the right to write where the two ways part (cgroups(7), delegation).</summary>
    private static bool MayMove(string from, string to)
    {
        const int write = 2;
        string above = to;
        while (above.Length > 0 && from != above && !from.StartsWith(above + "/", StringComparison.Ordinal))
        {
            above = above[..above.LastIndexOf('/')];
        }

        return Libc.faccessat(Libc.AT_FDCWD, above + "/cgroup.procs", write, AtFlags.None) == 0;
    }
}
