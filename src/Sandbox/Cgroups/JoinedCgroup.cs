using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>A sandbox's cgroup as a command sees it that joins the sandbox: somebody else's, to be entered and left alone.</summary>
internal sealed class JoinedCgroup : SandboxCgroup
{
    private JoinedCgroup(Cgroup directory, Cgroup? leaf)
    {
        Directory = directory;
        Leaf = leaf?.OpenProcesses();
    }

    /// <summary>
    /// A watcher has no PID in the sandbox. A manager of services that finds such a process in what it divides takes that for a
    /// fault, so it stays outside, and the command alone goes to the leaf.
    /// </summary>
    public override SafeFileHandle? Entry => Leaf is null ? Directory.Directory : null;

    public override Cgroup Directory { get; }

    /// <summary>The way into a cgroup from where this process is.</summary>
    /// <param name="directory">The sandbox's cgroup. It stays the caller's.</param>
    /// <param name="leaf">Where in it the command belongs, if the sandbox has divided it; the caller's too.</param>
    public static SandboxCgroup Of(Cgroup directory, Cgroup? leaf = null)
    {
        string path = (leaf ?? directory).Path;
        return AttachedCgroup.IsInUnit(path) && CgroupMount.Find()?.Own is { } own && !MayMove(own, path)
            ? new AttachedCgroup(directory, leaf)
            : new JoinedCgroup(directory, leaf);
    }

    public override void Adopt(int pid)
    {
    }

    public override void Dispose() => Leaf?.Dispose();

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
