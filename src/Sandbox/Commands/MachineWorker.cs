using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Boot;
using Sandbox.Launch;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The worker that manages a machine whose PID 1 is sandbox: brings it up, and keeps its units running until PID 1 asks for the end.</summary>
internal static class MachineWorker
{
    /// <summary>The verb by which PID 1 calls it.</summary>
    public const string Verb = "machine-worker";

    private const string Directory = "/etc/sandbox", State = "/run/sandbox";

    /// <param name="words">Empty, or one word where earlier managers have died: then the emergency unit alone is started.</param>
    public static int Run(ReadOnlySpan<string> words)
    {
        const int machine = 1;
        if (Libc.getppid() != machine || !MachineInitProcess.IsOurs())
        {
            throw new SandboxException($"cannot run {Verb}", "sandbox as the first process of a machine calls it");
        }

        using SafeFileHandle signals = Supervision.OpenEndSignals();
        using MachineLog log = new();
        MachineFiles files = MachineFiles.Read(Directory, log);
        KernelWords kernel = KernelWords.Read(TextFile.TryRead("/proc/cmdline") ?? "");
        bool isFit = BootSteps.Run(files.Config, kernel.KeepsRoot, log);
        ImmutableArray<Unit> units = kernel.Apply(files.Units);
        Unit? emergency = kernel.ApplyToEmergency(files.Emergency);
        foreach (string complaint in kernel.Complaints(emergency is null ? units : units.Add(emergency)))
        {
            log.Tell(complaint);
        }

        bool alone = !words.IsEmpty;
        if (alone)
        {
            log.Tell("the machine's manager ends again and again: of its units none is started but the emergency unit");
        }
        else if (units.IsEmpty)
        {
            log.Tell("there is no unit to be started: /etc/sandbox/NAME.json describes one, or sandbox.image= on the kernel's command line");
        }

        using Registry registry = Registry.Open(State);
        using MachineRun run = new(alone ? [] : units, emergency, files.IsBroken || !isFit || alone, registry, log);
        run.Run(signals);
        return 0;
    }
}
