using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// A cgroup in a unit of systemd's as a command sees it that joins from outside of what its user may divide, such as the
/// session of a login: systemd moves the process, which waits meanwhile.
/// </summary>
/// <param name="directory">It stays the caller's.</param>
/// <param name="path">Where it is, beneath a unit.</param>
internal sealed class AttachedCgroup(SafeFileHandle directory, string path) : SandboxCgroup
{
    public override SafeFileHandle? Entry => null;

    public override Cgroup Directory { get; } = new(directory, path);

    /// <summary>Whether a path leads to a place beneath a unit that can be delegated.</summary>
    public static bool IsInUnit(string path) => EndOfUnit(path) > 0;

    public override void Adopt(int pid)
    {
        int end = EndOfUnit(path);
        using ScopeStarter starter = ScopeStarter.RuntimeOfUser is { } runtime && ScopeStarter.TryConnect(runtime) is { } connected
            ? connected
            : throw new SandboxException(
                $"cannot move the command to {path}", "only systemd may do that, and its manager of the user does not answer", $"export XDG_RUNTIME_DIR=/run/user/{Libc.getuid()}");
        starter.Attach(path[(path.LastIndexOf('/', end - 1) + 1)..end], path[end..], pid);
    }

    public override void Dispose()
    {
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
