using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.State;

namespace Sandbox.Containers;

/// <summary>A container that is there: its directory, and what was written in it.</summary>
internal sealed class Container(ContainerDirectory directory, ContainerState state) : IDisposable
{
    public ContainerDirectory Directory => directory;

    public ContainerState State => state;

    public string Id => directory.Id;

    public static Container Open(string root, string id) => TryOpen(root, id) ?? throw ContainerDirectory.Missing(id);

    /// <summary>Null where there is none of this id; what a create that was killed has left is none.</summary>
    public static Container? TryOpen(string root, string id)
    {
        if (ContainerDirectory.TryOpen(root, id) is not { } directory)
        {
            return null;
        }

        if ((directory.ReadState() ?? (directory.IsLocked() ? BeingMade(id) : null)) is { } state)
        {
            return new Container(directory, state);
        }

        directory.Dispose();
        return null;
    }

    /// <summary>Where it is in its life now.</summary>
    public ContainerStatus Status
    {
        get
        {
            if (!state.IsCreated && (state.Process == ProcessIdentity.None || state.Process.IsAlive))
            {
                return directory.IsLocked() ? ContainerStatus.Creating : ContainerStatus.Stopped;
            }

            return !state.Process.IsAlive ? ContainerStatus.Stopped
                : IsFrozen(state.Cgroup) ? ContainerStatus.Paused
                : StartGate.IsClosed(directory.Handle) ? ContainerStatus.Created
                : ContainerStatus.Running;
        }
    }

    /// <summary>A descriptor of its process; null where that has ended.</summary>
    public SafeFileHandle? OpenProcess() => state.Process.TryOpen();

    public void Dispose() => directory.Dispose();

    private static bool IsFrozen(string? path)
    {
        using Cgroup? cgroup = path is null ? null : Cgroup.TryOpen(path);
        return cgroup is not null && CgroupFreezer.IsFrozen(cgroup);
    }

    /// <summary>What can be told of a container whose create has not got far.</summary>
    private static ContainerState BeingMade(string id) => new() { Id = id, OciVersion = "", Bundle = "", Created = "" };
}
