using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// A cgroup within a transient scope of systemd's. The scope is made around the child, which waits meanwhile; the limits
/// are on a directory of ours in it, because those of the scope itself are systemd's to set: it is asked to have the same.
/// </summary>
internal sealed class ScopedCgroup(ScopeStarter starter, CgroupMount mount, CgroupRequest request, string? slice = null) : SandboxCgroup
{
    /// <summary>The directory in a scope that is the sandbox's.</summary>
    public const string Box = "box";

    private const string Beside = "launcher";

    private Cgroup? _box;
    private IOccupant? _occupant;

    public override SafeFileHandle? Entry => null;

    public override Cgroup Directory => _box ?? throw new InvalidOperationException("the child was not adopted");

    public override void Adopt(int pid)
    {
        string name = request.Name + ".scope";
        _occupant = request.Occupant?.Invoke();
        using (starter)
        {
            starter.StartScope(name, _occupant is { } other ? [pid, other.Pid] : [pid], ScopeProperties.Of(request.Settings, shared: _occupant is not null), slice);
        }

        string path = mount.Of(pid) ?? throw new SandboxException($"cannot find the scope {name}", "the process that it was made for has ended");
        using Cgroup scope = Cgroup.Open(path);
        if (!path.EndsWith("/" + name, StringComparison.Ordinal))
        {
            throw new SandboxException($"cannot use the scope {name}", $"systemd left the process in {path}");
        }

        // Out of the scope before it hands controllers on: it may hold no process then.
        _box = Settle(scope, Box, pid);
        _ = _box.TryLock();
        if (_occupant is { } occupant)
        {
            Settle(scope, Beside, occupant.Pid).Dispose();
        }

        Controllers missing = ControllerSwitch.Enable(scope, request.Needed, request.Wanted, out _);
        if (missing != Controllers.None)
        {
            // Systemd hands on what it knows; with its other directories it lets us do as we please, where they are ours.
            ControllerSwitch.EnableAbove(mount.Point, path, missing);
            missing = ControllerSwitch.Enable(scope, request.Needed, request.Wanted, out _);
        }

        if (missing != Controllers.None)
        {
            CgroupAttempts attempts = new();
            attempts.AddMissing(path, missing, ofManager: true);
            throw CgroupFailure.NoPlace(mount, request, attempts);
        }

        CgroupLimits.Apply(scope, ScopeProperties.Others(request.Settings, shared: _occupant is not null));
        Configure(_box, request);
    }

    /// <summary>The scope that a directory is ours in; null where it is none of these.</summary>
    public static string? ScopeOf(string path)
    {
        const string end = ".scope/" + Box;
        return path.EndsWith(end, StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : null;
    }

    /// <summary>Whether somebody of ours is in a scope beside the sandbox.</summary>
    public static bool IsShared(string scope) => System.IO.Directory.Exists(scope + "/" + Beside);

    /// <summary>The scope itself ends with its last process; systemd removes it.</summary>
    public override void Dispose()
    {
        Leaf?.Dispose();
        if (_box is not null)
        {
            CgroupEnd.Remove(_box);
            _box.Dispose();
        }

        _occupant?.Dispose();
        starter.Dispose();
    }

    /// <summary>Makes a directory in the scope, and moves a process there.</summary>
    private static Cgroup Settle(Cgroup scope, string name, int pid)
    {
        if (scope.TryMake(name) is not (Errno.None or Errno.EEXIST) and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot make the cgroup {scope.Path}/{name}", errno);
        }

        Cgroup made = scope.TryOpenChild(name) ?? throw SandboxException.FromLastError($"cannot open the cgroup {scope.Path}/{name}");
        return made.TryMove(pid) is not Errno.None and Errno refused
            ? throw SandboxException.FromErrno($"cannot move a process to {made.Path}", refused)
            : made;
    }
}
