using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>
/// Tells when there may be something new in a sandbox's directory, its log or its status (inotify(7)). The kernel grants a user
/// so many instances, and a sandbox of his may have taken them all: then it only lets time pass.
/// </summary>
internal sealed unsafe class DirectoryChanges : IDisposable
{
    // Larger than any one event: struct inotify_event and the longest name.
    private const int Room = 4096;

    private readonly SafeFileHandle _events = Libc.OpenInotify();
    private readonly bool _watches;

    /// <summary>Watches from here on; what changes before the first <see cref="Await"/> is told then.</summary>
    public DirectoryChanges(SafeFileHandle directory)
    {
        const InotifyEvents changes = InotifyEvents.IN_MODIFY | InotifyEvents.IN_MOVED_TO | InotifyEvents.IN_CLOSE_WRITE | InotifyEvents.IN_DELETE | InotifyEvents.IN_DELETE_SELF;
        _watches = !_events.IsInvalid && Libc.inotify_add_watch(_events, $"/proc/self/fd/{directory.Descriptor()}", changes) >= 0;
    }

    /// <summary>
    /// Waits for a change, but not for ever: of a supervisor that was killed the kernel tells first that its files are
    /// closed, and gives its lock away then.
    /// </summary>
    public void Await()
    {
        const int patience = 1000, blindPatience = 100;
        byte* events = stackalloc byte[Room];
        PollDescriptor waited = new() { Descriptor = _watches ? _events.Descriptor() : -1, Events = PollEvents.POLLIN };
        if (Libc.poll(&waited, 1, _watches ? patience : blindPatience) > 0)
        {
            _ = Libc.read(_events, events, Room);
        }
    }

    public void Dispose() => _events.Dispose();
}
