using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.State;
using Sandbox.Supervisor;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Brings a sandbox to its end, from wherever it is.</summary>
internal static class SandboxEnd
{
    /// <summary>Milliseconds for a supervisor to tidy up behind its sandbox; one that was stopped by a signal would take for ever.</summary>
    private const int LongestTidying = 10_000;

    /// <summary>Asks with a signal, waits, and kills after <paramref name="patience"/>; returns when the supervisor has ended too.</summary>
    public static void Stop(SandboxEntry entry, Signal signal, TimeSpan patience)
    {
        if (entry.Phase == SandboxPhase.Starting)
        {
            EndSupervisor(entry, Signal.SIGTERM, TimeSpan.FromMilliseconds(LongestTidying));
            return;
        }

        if (!entry.IsAlive)
        {
            return;
        }

        SandboxHandles handles;
        try
        {
            handles = SandboxHandles.Ask(entry, "stop");
        }
        catch (SandboxException failure)
        {
            // The sandbox has just ended, and its supervisor tidies up. Or the supervisor was stopped by a signal: its answer has been
            // waited for already.
            EndSupervisor(entry, Signal.None, TimeSpan.FromMilliseconds(failure.Errno == Errno.ETIMEDOUT ? 0 : LongestTidying));
            return;
        }

        using (handles)
        {
            Libc.pidfd_send_signal(handles.Init.Descriptor(), signal);
            Thaw(entry);
            if (!HasEnded(handles.Init, patience))
            {
                Libc.pidfd_send_signal(handles.Init.Descriptor(), Signal.SIGKILL);
            }
        }

        EndSupervisor(entry, Signal.None, TimeSpan.FromMilliseconds(LongestTidying));
    }

    /// <summary>Kills it.</summary>
    public static void Kill(SandboxEntry entry) => Stop(entry, Signal.SIGKILL, TimeSpan.FromMilliseconds(LongestTidying));

    /// <summary>Waits for the supervisor, which leaves the last word; one that does not come to it is killed, and its sandbox ends with it.</summary>
    private static void EndSupervisor(SandboxEntry entry, Signal signal, TimeSpan patience)
    {
        using SafeFileHandle? supervisor = entry.OpenSupervisor();
        if (supervisor is null)
        {
            return;
        }

        if (signal != Signal.None)
        {
            Libc.pidfd_send_signal(supervisor.Descriptor(), signal);
        }

        if (!HasEnded(supervisor, patience))
        {
            Libc.pidfd_send_signal(supervisor.Descriptor(), Signal.SIGKILL);
        }

        entry.Await();
    }

    /// <summary>A frozen command takes no signal but KILL.</summary>
    private static void Thaw(SandboxEntry entry)
    {
        if (entry.Phase == SandboxPhase.Paused && entry.Status.Cgroup is { } path && Cgroup.TryOpen(path) is { } cgroup)
        {
            using (cgroup)
            {
                CgroupFreezer.Thaw(cgroup);
            }
        }
    }

    private static bool HasEnded(SafeFileHandle process, TimeSpan patience) =>
        Libc.AwaitReadable(process, (int)Math.Min(Math.Ceiling(patience.TotalMilliseconds), int.MaxValue));
}
