using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// A cgroup in a unit of systemd's as a command sees it that joins from outside of what its user may divide, such as the
/// session of a login: systemd moves the process, which waits meanwhile.
/// </summary>
internal sealed class AttachedCgroup : SandboxCgroup
{
    private readonly Cgroup? _beside;

    /// <param name="directory">The sandbox's cgroup, beneath a unit. It stays the caller's.</param>
    /// <param name="leaf">Where in it the command belongs, if the sandbox has divided it; the caller's too.</param>
    public AttachedCgroup(Cgroup directory, Cgroup? leaf)
    {
        Directory = directory;
        if (leaf is not null)
        {
            Leaf = leaf.OpenProcesses();
            _beside = MakeBeside(directory.Path);
        }
    }

    public override SafeFileHandle? Entry => null;

    public override Cgroup Directory { get; }

    /// <summary>Whether a path leads to a place beneath a unit that can be delegated.</summary>
    public static bool IsInUnit(string path) => EndOfUnit(path) > 0;

    public override void Adopt(int pid)
    {
        string path = (_beside ?? Directory).Path;
        int end = EndOfUnit(path);
        using ScopeStarter starter = ScopeStarter.RuntimeOfUser is { } runtime && ScopeStarter.TryConnect(runtime) is { } connected
            ? connected
            : throw new SandboxException(
                $"cannot move the command to {path}", "only systemd may do that, and its manager of the user does not answer", $"export XDG_RUNTIME_DIR=/run/user/{Libc.getuid()}");
        starter.Attach(path[(path.LastIndexOf('/', end - 1) + 1)..end], path[end..], pid);
    }

    public override void Dispose()
    {
        Leaf?.Dispose();
        if (_beside is not null)
        {
            CgroupEnd.Remove(_beside);
            _beside.Dispose();
        }
    }

    /// <summary>A place for the watcher, from where the command may be moved to the sandbox: beside that, in the part that is the user's.</summary>
    private static Cgroup MakeBeside(string path)
    {
        using Cgroup parent = Cgroup.Open(path[..path.LastIndexOf('/')]);
        string name = CgroupRequest.NewName();
        if (parent.TryMake(name) is not Errno.None and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot make the cgroup {parent.Path}/{name}", errno);
        }

        Cgroup made = parent.TryOpenChild(name) ?? throw SandboxException.FromLastError($"cannot open the cgroup {parent.Path}/{name}");
        _ = made.TryLock();
        return made;
    }

    /// <summary>Where the name of the innermost unit ends; 0 where there is none.</summary>
    private static int EndOfUnit(string path)
    {
        int found = 0;
        for (int end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            ReadOnlySpan<char> name = path.AsSpan(0, end);
            found = name.EndsWith(".scope", StringComparison.Ordinal) || name.EndsWith(".service", StringComparison.Ordinal) ? end : found;
        }

        return found;
    }
}
