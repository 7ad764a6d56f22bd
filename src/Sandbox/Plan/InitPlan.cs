using Sandbox.Seccomp;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>What makes the child PID 1: the signals that it will take, and that nobody inside can look into it.</summary>
internal static unsafe class InitPlan
{
    /// <param name="needed">What the command's own process takes still.</param>
    public static void Become(
        ProgramBuilder program, LaunchSlots slots, Sources sources, CommandImage* command, RuntimeSpec spec, LaunchSettings settings, ReadOnlySpan<Slot?> needed)
    {
        if (!settings.Init)
        {
            program.For("make the command PID 1");
            program.SetInit(new InitParameters { Report = slots.Report.Index });
            Close(program);
            Measure(program, slots, settings);
            return;
        }

        Slot? processes = FindProcesses(program, spec);
        bool isOpen = !spec.Linux.Has(NamespaceFlags.CLONE_NEWUSER), isTraced = isOpen && (spec.Process.Capabilities.Bounding & (1UL << (int)Capability.CAP_SYS_PTRACE)) != 0;
        program.For("become PID 1");
        Slot signals = program.SignalDescriptor(ForwardedSignals.Inside);
        program.SetInit(new InitParameters
        {
            Signals = signals.Index,
            Lifeline = slots.Lifeline.Index,
            Report = slots.Report.Index,
            Null = sources.Null.Index,
            Processes = processes?.Index ?? 0,
            Command = processes is null ? null : command,
            Filter = program.PutFilter(InitFilter.Program),
            SurrendersFirst = isTraced ? 1 : 0,
            Capabilities = 1u << (int)Capability.CAP_KILL,
        });

        // /proc/1/cmdline and environ would show the caller's: -e SECRET=... among them.
        nint name = program.Name("sandbox-init");
        program.Erase(settings.ArgumentArea, name);
        program.Prctl(PrctlOption.PR_SET_NAME, name);
        Close(program);
        if (isOpen)
        {
            // A command that may trace takes what is open here before PID 1 comes to closing it, and it leads to the host's files.
            program.For("let go of what the launch had open");
            program.KeepOnly(
                [signals, slots.Lifeline, slots.Report, sources.Null, processes, slots.Listener, .. needed], settings.PreservedDescriptors.AsSpan());
        }

        Measure(program, slots, settings);
        program.StartCommand(apart: isTraced);
    }

    /// <summary>The last step of the launch: what comes after it counts as the command's.</summary>
    private static void Measure(ProgramBuilder program, LaunchSlots slots, LaunchSettings settings)
    {
        if (settings.Measures)
        {
            program.For("measure what the launch took");
            program.Measure(slots.Report);
        }
    }

    /// <summary>
    /// Not dumpable, and with an mm that belongs to the launcher's user namespace: root inside may neither trace it nor
    /// open its /proc files (ptrace(2), access mode checking). What is executed here has an mm of its own.
    /// </summary>
    private static void Close(ProgramBuilder program) => program.Prctl(PrctlOption.PR_SET_DUMPABLE, 0);

    /// <summary>The procfs of the sandbox; null where the specification has none.</summary>
    private static Slot? FindProcesses(ProgramBuilder program, RuntimeSpec spec)
    {
        foreach (MountSpec mount in spec.Mounts)
        {
            if (mount is { Destination: "/proc", Type: "proc" })
            {
                program.For("watch what is executed");
                Slot processes = program.Open("/proc", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
                program.ExpectFileSystem(processes, FileSystemMagic.PROC_SUPER_MAGIC);
                return processes;
            }
        }

        return null;
    }
}
