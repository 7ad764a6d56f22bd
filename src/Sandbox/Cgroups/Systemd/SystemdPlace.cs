using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>A transient scope from systemd's manager of the user, which is asked over its socket.</summary>
internal static class SystemdPlace
{
    /// <summary>A scope in a slice of one's choice, from the manager of the machine or of the user.</summary>
    public static SandboxCgroup Make(CgroupRequest request, string slice, bool ofMachine)
    {
        CgroupMount mount = CgroupMount.Find() ?? throw CgroupFailure.NoHierarchy(request);
        string runtime = ofMachine ? "/run" : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? "";
        BusConnection? connection = BusConnection.TryConnect(runtime + "/systemd/private");
        bool direct = connection is not null;
        connection ??= BusConnection.TryConnect(runtime + (ofMachine ? "/dbus/system_bus_socket" : "/bus"));
        return connection is null
            ? throw new SandboxException("cannot ask systemd for a scope", $"nobody answers in {runtime}", "leave out --systemd-cgroup where systemd is not the machine's init")
            : new ScopedCgroup(new ScopeStarter(connection, direct), mount, request, slice);
    }

    public static SandboxCgroup? TryMake(CgroupMount mount, CgroupRequest request, CgroupAttempts attempts)
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } directory ? directory : null;
        string place = "systemd's manager of the user";
        if (runtime is null)
        {
            attempts.Add(place, "cannot be found (XDG_RUNTIME_DIR is not set)");
            return null;
        }

        // Its own socket first: there it answers without a bus daemon in between.
        BusConnection? connection = BusConnection.TryConnect(runtime + "/systemd/private");
        bool direct = connection is not null;
        connection ??= BusConnection.TryConnect(runtime + "/bus");
        if (connection is null)
        {
            attempts.Add(place, $"does not answer in {runtime}");
            return null;
        }

        // What it can hand on is seen before the child is made: its own cgroup has the same controllers as its scopes.
        string own = mount.Directory($"/user.slice/user-{Libc.getuid()}.slice/user@{Libc.getuid()}.service");
        Controllers missing = request.Needed & ~ControllerNames.Read(TextFile.TryRead(own + "/cgroup.controllers") ?? ControllerNames.Write(request.Needed));
        if (missing != Controllers.None)
        {
            connection.Dispose();
            attempts.AddMissing(own, missing, ofManager: true);
            return null;
        }

        return new ScopedCgroup(new ScopeStarter(connection, direct), mount, request);
    }
}
