using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>A transient scope from systemd's manager of the user, which is asked over its socket.</summary>
internal static class SystemdPlace
{
    /// <summary>A scope in a slice of one's choice, from the manager of the machine or of the user.</summary>
    public static SandboxCgroup Make(CgroupRequest request, string slice, bool ofMachine)
    {
        CgroupMount mount = CgroupMount.Find() ?? throw CgroupFailure.NoHierarchy(request);
        string runtime = ofMachine ? "/run" : ScopeStarter.RuntimeOfUser ?? "";
        ScopeStarter? starter = ofMachine ? ScopeStarter.TryConnect(runtime, ScopeStarter.BusOfMachine) : ScopeStarter.TryConnect(runtime);
        return starter is null
            ? throw new SandboxException("cannot ask systemd for a scope", $"nobody answers in {runtime}", "leave out --systemd-cgroup where systemd is not the machine's init")
            : new ScopedCgroup(starter, mount, request, slice);
    }

    public static SandboxCgroup? TryMake(CgroupMount mount, CgroupRequest request, CgroupAttempts attempts)
    {
        const string place = "systemd's manager of the user";
        if (ScopeStarter.RuntimeOfUser is not { } runtime)
        {
            attempts.Add(place, "cannot be found (XDG_RUNTIME_DIR is not set)");
            return null;
        }

        ScopeStarter? starter = ScopeStarter.TryConnect(runtime);
        if (starter is null)
        {
            attempts.Add(place, $"does not answer in {runtime}");
            return null;
        }

        // What it can hand on is seen before the child is made: its own cgroup has the same controllers as its scopes.
        string own = mount.Directory($"/user.slice/user-{Libc.getuid()}.slice/user@{Libc.getuid()}.service");
        Controllers missing = request.Needed & ~ControllerNames.Read(TextFile.TryRead(own + "/cgroup.controllers") ?? ControllerNames.Write(request.Needed));
        if (missing != Controllers.None)
        {
            starter.Dispose();
            attempts.AddMissing(own, missing, ofManager: true);
            return null;
        }

        return new ScopedCgroup(starter, mount, request);
    }
}
