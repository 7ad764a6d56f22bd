using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>Wakes the manager when a command has written down what it wishes of a unit (inotify(7)).</summary>
internal sealed unsafe class UnitWishes : IDisposable
{
    private const int Room = 4096;

    /// <summary>Readable when there may be a new wish.</summary>
    public SafeFileHandle Descriptor { get; } = Libc.OpenInotify();

    /// <param name="directory">A unit's. Files get their names there when they are whole.</param>
    public void Watch(string directory)
    {
        if (Libc.inotify_add_watch(Descriptor, directory, InotifyEvents.IN_MOVED_TO) < 0)
        {
            throw SandboxException.FromLastError($"cannot watch {directory}");
        }
    }

    /// <summary>Forgets what has come: all units are looked at then.</summary>
    public void Take()
    {
        byte* events = stackalloc byte[Room];
        while (Libc.AwaitReadable(Descriptor, 0) && Libc.read(Descriptor, events, Room) > 0)
        {
        }
    }

    public void Dispose() => Descriptor.Dispose();
}
