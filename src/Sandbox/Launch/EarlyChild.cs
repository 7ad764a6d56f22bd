using System.Runtime.CompilerServices;
using Sandbox.Child;
using Sandbox.Plan;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// The child that was made before the .NET runtime started, so that its namespaces, the slowest part of a start, come to be
/// while the launcher reads its options and plans. It is a guess from the bare words of the command line, which is why it
/// does what nearly every run asks for, and waits; where the guess was wrong it is given up, and a child made in the usual way.
/// </summary>
internal static unsafe class EarlyChild
{
    private static IdMapProcesses? _maps;

    /// <summary>The memory that a child which waits can see, and its size in bytes; null when there is no such child.</summary>
    public static (nint Address, int Size) Memory =>
        BeforeRuntime.EarlyStart is null ? default : ((nint)BeforeRuntime.EarlyStart + EarlyStart.Head, EarlyStart.Size - EarlyStart.Head);

    /// <summary>
    /// Hands the program to the early child, if there is one that will do: it is in the right namespaces, has kept the
    /// capabilities that the command may have, and sees the program's memory. Returns its PID, or 0. What the launcher closes
    /// after this call stays open in the child.
    /// </summary>
    /// <param name="capabilities">Those that the command or what it executes may have.</param>
    public static int TryRelease(ProgramImage* program, CloneFlags namespaces, ulong capabilities, int* pidfd)
    {
        EarlyStart* start = BeforeRuntime.EarlyStart;

        // A program is the last thing in its arena: where that outgrew the memory, the program is not in it.
        if (start is null || namespaces != EarlyStart.Namespaces
            || (start->IsBounded != 0 && (capabilities & ~EarlyStart.Capabilities) != 0) || program < start || program >= (byte*)start + EarlyStart.Size)
        {
            return 0;
        }

        start->Program = program;
        program->Early = start;
        if (!IsTaken(start))
        {
            program->Early = null;
            return 0;
        }

        *pidfd = start->PidFd;
        Forget(start);
        return start->Pid;
    }

    /// <summary>
    /// Has the maps of its user namespace written while the launcher goes on planning, where that takes helpers: beside
    /// the rest of a launch they are slow.
    /// </summary>
    /// <exception cref="SandboxException">A helper cannot be started.</exception>
    public static void BeginMaps(IdMapText maps)
    {
        EarlyStart* start = BeforeRuntime.EarlyStart;
        if (start is not null && maps.Writer == MapWriter.Helpers)
        {
            _maps = IdMapProcesses.Start(start->Pid, maps);
        }
    }

    /// <summary>The helpers that were started for a process, which are the caller's from here on; null where there are none.</summary>
    public static IdMapProcesses? TakeMaps(int pid)
    {
        IdMapProcesses? maps = _maps?.Pid == pid ? _maps : null;
        _maps = maps is null ? _maps : null;
        return maps;
    }

    /// <summary>Ends the child, if there is one that nobody took.</summary>
    public static void GiveUp()
    {
        EarlyStart* start = BeforeRuntime.EarlyStart;
        if (start is not null)
        {
            Libc.pidfd_send_signal(start->PidFd, Signal.SIGKILL);

            // Before its number can be another process's, whom they would map.
            TakeMaps(start->Pid)?.Dispose();
            Libc.WaitFor(start->Pid);
            Libc.close(start->PidFd);
            Forget(start);
        }
    }

    private static void Forget(EarlyStart* start)
    {
        Libc.close(start->Launcher);
        Libc.close(start->LauncherEnd);
        Libc.close(start->ChildEnd);
        for (int mount = 0; mount < (int)Prepared.Loopback; mount++)
        {
            int descriptor = start->Prepared[mount];
            if (descriptor != 0)
            {
                Libc.close(Math.Abs(descriptor));
            }
        }

        BeforeRuntime.EarlyStart = null;
    }

    /// <summary>Tells the child, and waits until it has descriptors of its own; false when it cannot be told, could not make its namespaces, or is dead.</summary>
    private static bool IsTaken(EarlyStart* start)
    {
        // Somebody may have chosen others since the start: for the launcher alone, or with a cpuset.
        ReadProcessors(start);
        byte go = 1;
        if (Libc.write(start->LauncherEnd, &go, 1) != 1)
        {
            return false;
        }

        PollDescriptor* waited = stackalloc PollDescriptor[2];
        waited[0] = new PollDescriptor { Descriptor = start->LauncherEnd, Events = PollEvents.POLLIN };
        waited[1] = new PollDescriptor { Descriptor = start->PidFd, Events = PollEvents.POLLIN };
        while (Libc.poll(waited, 2, -1) <= 0)
        {
        }

        int failure;
        return waited[0].Returned != PollEvents.None && Libc.read(start->LauncherEnd, &failure, sizeof(int)) == sizeof(int) && failure == 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReadProcessors(EarlyStart* start) => Placement.ReadProcessors(start);
}
