using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// A cgroup within a transient scope of systemd's. The scope is made around the child, which waits meanwhile; the limits
/// are on a directory of ours in it, because those of the scope itself are systemd's to set.
/// </summary>
internal sealed class ScopedCgroup(ScopeStarter starter, CgroupMount mount, CgroupRequest request, string? slice = null) : SandboxCgroup
{
    private const string Box = "box";

    private Cgroup? _box;

    public override SafeFileHandle? Entry => null;

    public override Cgroup Directory => _box ?? throw new InvalidOperationException("the child was not adopted");

    public override void Adopt(int pid)
    {
        string name = request.Name + ".scope";
        using (starter)
        {
            starter.StartScope(name, pid, slice);
        }

        string path = mount.Of(pid) ?? throw new SandboxException($"cannot find the scope {name}", "the process that it was made for has ended");
        using Cgroup scope = Cgroup.Open(path);
        if (!path.EndsWith("/" + name, StringComparison.Ordinal))
        {
            throw new SandboxException($"cannot use the scope {name}", $"systemd left the process in {path}");
        }

        if (scope.TryMake(Box) is not (Errno.None or Errno.EEXIST) and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot make the cgroup {path}/{Box}", errno);
        }

        _box = scope.TryOpenChild(Box) ?? throw SandboxException.FromLastError($"cannot open the cgroup {path}/{Box}");
        _ = _box.TryLock();

        // Out of the scope before it hands controllers on: it may hold no process then.
        if (_box.TryMove(pid) is not Errno.None and Errno refused)
        {
            throw SandboxException.FromErrno($"cannot move the sandbox to {_box.Path}", refused);
        }

        Controllers missing = ControllerSwitch.Enable(scope, request.Needed, request.Wanted, out _);
        if (missing != Controllers.None)
        {
            CgroupAttempts attempts = new();
            attempts.AddMissing(path, missing, ofManager: true);
            throw CgroupFailure.NoPlace(mount, request, attempts);
        }

        Configure(_box, request);
    }

    /// <summary>The scope itself ends with its last process; systemd removes it.</summary>
    public override void Dispose()
    {
        Leaf?.Dispose();
        if (_box is not null)
        {
            CgroupEnd.Remove(_box);
            _box.Dispose();
        }

        starter.Dispose();
    }
}
