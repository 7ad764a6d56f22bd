using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>Tells when there may be something new in a sandbox's directory, its log or its status (inotify(7)).</summary>
internal sealed unsafe class DirectoryChanges : IDisposable
{
    // Larger than any one event: struct inotify_event and the longest name.
    private const int Room = 4096;

    private readonly SafeFileHandle _events = Libc.OpenInotify();

    /// <summary>Watches from here on; what changes before the first <see cref="Await"/> is told then.</summary>
    public DirectoryChanges(SafeFileHandle directory)
    {
        const InotifyEvents changes = InotifyEvents.IN_MODIFY | InotifyEvents.IN_MOVED_TO | InotifyEvents.IN_CLOSE_WRITE | InotifyEvents.IN_DELETE | InotifyEvents.IN_DELETE_SELF;
        if (_events.IsInvalid || Libc.inotify_add_watch(_events, $"/proc/self/fd/{directory.Descriptor()}", changes) < 0)
        {
            throw SandboxException.FromLastError("cannot watch the sandbox's state", "a limit on watches is reached: sysctl fs.inotify.max_user_instances and max_user_watches raise it");
        }
    }

    /// <summary>
    /// Waits for a change, but not for ever: of a supervisor that was killed the kernel tells first that its files are
    /// closed, and gives its lock away then.
    /// </summary>
    public void Await()
    {
        const int patience = 1000;
        byte* events = stackalloc byte[Room];
        if (Libc.AwaitReadable(_events, patience))
        {
            _ = Libc.read(_events, events, Room);
        }
    }

    public void Dispose() => _events.Dispose();
}
