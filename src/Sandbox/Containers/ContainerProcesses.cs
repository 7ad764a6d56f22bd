using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Containers;

/// <summary>All processes of a container: those of its PID namespace, or of its cgroup where it shares that of others.</summary>
internal static unsafe class ContainerProcesses
{
    private const int LongestLink = 64;

    /// <summary>Sends a signal to each; a process that ends meanwhile is no failure.</summary>
    public static void Signal(ContainerState state, int signal)
    {
        using Cgroup? cgroup = state.Cgroup is null ? null : Cgroup.TryOpen(state.Cgroup);
        if (cgroup is not null && signal == (int)Syscalls.Signal.SIGKILL)
        {
            CgroupEnd.Kill(cgroup);
            return;
        }

        // Twice: a process may start another between the look and the signal. With the first of a PID namespace all end.
        const int rounds = 2;
        for (int round = 0; round < rounds; round++)
        {
            foreach (int pid in List(state))
            {
                ProcessIdentity process = ProcessIdentity.Of(pid);
                using SafeFileHandle? opened = process.TryOpen();
                if (opened is not null && Contains(state, pid) && Libc.SendSignal(opened, signal) != 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.ESRCH)
                {
                    throw SandboxException.FromLastError($"cannot send a signal to process {pid} of container {state.Id}");
                }
            }

            if (signal != (int)Syscalls.Signal.SIGKILL)
            {
                return;
            }
        }
    }

    /// <summary>Whether a number is that of a process which is there, and in another PID namespace than the container's.</summary>
    public static bool IsElsewhere(ContainerState state, int pid) =>
        state.HasPidNamespace && (NamespaceOf(pid) is { } its ? its != NamespaceOf(state.Process.Pid) : IsOfOurs(pid));

    /// <summary>Their numbers, as the caller sees them.</summary>
    public static ImmutableArray<int> List(ContainerState state)
    {
        if (!state.HasPidNamespace)
        {
            // They go on when the first one has ended.
            return OfCgroup(state) is { IsEmpty: false } pids ? pids : state.Process.IsAlive ? [state.Process.Pid] : [];
        }

        if (!state.Process.IsAlive)
        {
            return [];
        }

        ImmutableArray<int>.Builder found = ImmutableArray.CreateBuilder<int>();
        foreach (string path in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && Contains(state, pid))
            {
                found.Add(pid);
            }
        }

        found.Sort();
        return found.ToImmutable();
    }

    /// <summary>Those of the whole tree: a container may divide its cgroup.</summary>
    private static ImmutableArray<int> OfCgroup(ContainerState state)
    {
        ImmutableArray<int>.Builder pids = ImmutableArray.CreateBuilder<int>();
        if (state.Cgroup is not null && Cgroup.TryOpen(state.Cgroup) is { } cgroup)
        {
            using (cgroup)
            {
                CgroupTree.ForEach(cgroup, one => Add(pids, one));
            }
        }

        pids.Sort();
        return pids.ToImmutable();
    }

    private static void Add(ImmutableArray<int>.Builder pids, Cgroup cgroup)
    {
        foreach (ReadOnlySpan<char> line in new TextLines(cgroup.TryRead("cgroup.procs") ?? ""))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            {
                pids.Add(pid);
            }
        }
    }

    private static bool Contains(ContainerState state, int pid) => !state.HasPidNamespace
        ? pid == state.Process.Pid || OfCgroup(state).Contains(pid)
        : NamespaceOf(pid) is { } own && own == NamespaceOf(state.Process.Pid);

    /// <summary>Whether a process is in our own PID namespace: it has no number beside that one (proc_pid_status(5)). Of one that ends the kernel tells this to the last.</summary>
    private static bool IsOfOurs(int pid)
    {
        const string numbers = "NSpid:\t";
        foreach (ReadOnlySpan<char> line in new TextLines(TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")) ?? ""))
        {
            if (line.StartsWith(numbers, StringComparison.Ordinal))
            {
                return !line[numbers.Length..].Contains('\t');
            }
        }

        return false;
    }

    private static string? NamespaceOf(int pid)
    {
        // Not opened to be read: where the first thread has ended before the others the directory is the machine's root's.
        using SafeFileHandle process = Libc.openat(
            Libc.AT_FDCWD, string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns"), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        byte* link = stackalloc byte[LongestLink];
        nint length = process.IsInvalid ? -1 : Libc.readlinkat(process, "pid", link, LongestLink);
        return length <= 0 ? null : Marshal.PtrToStringUTF8((nint)link, (int)length);
    }
}
