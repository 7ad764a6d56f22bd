using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>A sandbox as others than its supervisor see it.</summary>
internal sealed class SandboxEntry : IDisposable
{
    private readonly OwnerLock _owner;

    private SandboxEntry(SafeFileHandle directory, OwnerLock owner, SandboxRecord record)
    {
        Directory = directory;
        _owner = owner;
        Record = record;
        Look();
    }

    public SafeFileHandle Directory { get; }

    public SandboxRecord Record { get; }

    public SandboxStatus Status { get; private set; } = new();

    public SandboxPhase Phase { get; private set; }

    /// <summary>Whether there is a process of it.</summary>
    public bool IsAlive => Phase is SandboxPhase.Starting or SandboxPhase.Running or SandboxPhase.Paused;

    /// <summary>The sandbox of a name; null where there is none, or no whole one. That it cannot be looked at is a failure.</summary>
    public static SandboxEntry? TryOpen(SafeFileHandle sandboxes, string name)
    {
        SafeFileHandle directory = Libc.openat(
            sandboxes.Descriptor(), name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
        OwnerLock? owner = directory.IsInvalid ? null : OwnerLock.TryOpen(directory);
        string? record = owner is null ? null : StateFile.TryRead(directory, SandboxFiles.Record);
        if (record is { Length: > 0 })
        {
            return new SandboxEntry(directory, owner!, SandboxRecord.Read(record));
        }

        Errno errno = record is null ? (Errno)Marshal.GetLastPInvokeError() : Errno.ENOENT;
        owner?.Dispose();
        directory.Dispose();
        return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw SandboxException.FromErrno($"cannot look at sandbox {name}", errno);
    }

    /// <summary>Looks again how far it is.</summary>
    public void Look()
    {
        // In this order: an owner writes first and lets go then. Who looks the other way round takes an end for a crash.
        bool held = _owner.IsHeld();
        Status = StateFile.TryRead(Directory, SandboxFiles.Status) is { Length: > 0 } status ? SandboxStatus.Read(status) : Status;
        if (!held && Status.Phase != SandboxPhase.Exited && _owner.Code is { } code)
        {
            // There was no room to write more than that.
            Status = Status with { Phase = SandboxPhase.Exited, Ended = _owner.Written, ExitCode = code };
        }

        Phase = Status.Phase == SandboxPhase.Exited || held ? Status.Phase : SandboxPhase.Crashed;
        if (Phase == SandboxPhase.Crashed)
        {
            EndLeftover();
        }
    }

    /// <summary>
    /// Waits while it is starting, up to <paramref name="patience"/>: its command may have begun to write, which the caller
    /// has seen, before its supervisor has written down that it runs.
    /// </summary>
    public void AwaitStart(TimeSpan patience)
    {
        using DirectoryChanges changes = new(Directory);
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        Look();
        while (Phase == SandboxPhase.Starting && Environment.TickCount64 < end)
        {
            changes.Await();
            Look();
        }
    }

    /// <summary>Says that all its processes are stopped, which the cgroup alone knows.</summary>
    public void MarkPaused() => Phase = SandboxPhase.Paused;

    /// <summary>Waits for the end; returns the command's exit code, or null where nobody knows it.</summary>
    public int? Await()
    {
        _owner.Await();
        return _owner.Code;
    }

    /// <summary>A descriptor of the supervisor's process; null where it is gone.</summary>
    public SafeFileHandle? OpenSupervisor() => Record.Boot == BootId.Current ? Status.Supervisor.TryOpen() : null;

    public void Dispose()
    {
        _owner.Dispose();
        Directory.Dispose();
    }

    /// <summary>PID 1 ends with its supervisor; one that was stopped, or hangs, is told so that no command meets it.</summary>
    private void EndLeftover()
    {
        using SafeFileHandle? init = Record.Boot == BootId.Current ? Status.Init.TryOpen() : null;
        if (init is not null)
        {
            Libc.pidfd_send_signal(init.Descriptor(), Signal.SIGKILL);
        }
    }
}
