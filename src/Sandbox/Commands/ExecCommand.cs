using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Spec;
using Sandbox.State;
using Sandbox.Supervisor;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox exec</c>: from a sandbox that runs, and options, to an exit code.</summary>
internal static class ExecCommand
{
    public static int Run(ExecOptions options)
    {
        // What is in the sandbox already can race every check: it must never get hold of the installed file.
        SealedCopy.Become(OwnWords.All);
        using SafeFileHandle signals = Supervision.OpenSignals();
        using Registry registry = Sandboxes.Open(options);
        using SandboxEntry entry = Sandboxes.Find(registry, options.Names[0]);
        if (entry.Phase == SandboxPhase.Paused)
        {
            throw new SandboxException($"cannot enter sandbox {entry.Record.Name}", "it is paused", $"'sandbox resume {entry.Record.Name}' lets it go on");
        }

        using SandboxHandles handles = Sandboxes.Reach(entry, "enter");
        RuntimeSpec spec = ExecSpec.Of(options, entry);
        using Cgroup? leaf = LeafOf(entry);
        using SandboxCgroup? cgroup = handles.Cgroup is not { } directory ? null : JoinedCgroup.Of(new Cgroup(directory, entry.Status.Cgroup ?? ""), leaf);
        JoinSettings settings = Settings(options, entry, spec) with { AwaitsCgroup = cgroup is { Entry: null }, EntersLeaf = cgroup is { Leaf: not null } };
        (SandboxPlan plan, JoinSlots slots) = JoinOrder.Compile(spec, settings);
        handles.Namespaces.Fill(plan.Program, slots);
        if (!options.Interactive && !options.Terminal)
        {
            // Without -i the command must not read: it would take the lines that a shell's loop around it reads.
            Sandboxes.ReadNothing();
        }

        PassedDescriptors.RefuseStandardDirectories();
        if (spec.Process.User.Uid != 0)
        {
            PipeAccess.OpenInherited();
        }

        using TerminalRelay? terminal = options.Terminal ? new TerminalRelay() : null;
        FaultSignals.Hold();
        using SandboxProcess process = Launcher.Start(plan, cgroup: cgroup, console: terminal?.Console);
        if (options.Detached)
        {
            // From here on the command belongs to the sandbox, and ends with its PID namespace.
            process.WaitForStart();
            return process.Wait();
        }

        return Supervision.Run(process, signals, new SupervisionOrders { Limits = new LimitWatch(), Terminal = terminal });
    }

    /// <summary>
    /// Where PID 1 is beneath the sandbox's cgroup; null where it is in that itself. What is the sandbox's to divide can have nobody but
    /// in leaves, and an init makes its own. No path of cgroups has links in it.
    /// </summary>
    private static Cgroup? LeafOf(SandboxEntry entry) =>
        entry.Status.Cgroup is { } own && CgroupMount.Find()?.Of(entry.Status.Init.Pid) is { } path && path.StartsWith(own + "/", StringComparison.Ordinal)
            ? Cgroup.TryOpen(path)
            : null;

    private static JoinSettings Settings(ExecOptions options, SandboxEntry entry, RuntimeSpec spec) => new()
    {
        IsRoot = OwnUserNamespace.HasRoot,
        Detached = options.Detached,
        LeavesToInit = options.Detached,
        HasNoStandard = options.Detached,
        IdMaps = new IdMapText(spec.Linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWUSER) ? MapWriter.Launcher : MapWriter.Nobody, "", "")
        {
            AllowsGroups = entry.Record.AllowsGroups,
        },
        Kernel = Machine.Kernel,
        CapabilityCount = Machine.CapabilityCount,
        Seccomp = SavedSeccomp.Load(entry),
        HasKeyrings = entry.Record.Filter != SavedFilter.Default && Libc.HasKeyrings(),
        LandlockVersion = Libc.GetLandlockVersion(),
        Nested = entry.Record.Nested,
        WritableDescriptors = PassedDescriptors.None.Writable,
        SignalMask = BeforeRuntime.SignalMask,
        OwnExecutable = OwnProcess.Executable,
        ArgumentArea = OwnProcess.ArgumentArea,
        Terminal = spec.Process.Terminal ? new TerminalSettings { Modes = CallersTerminal.Modes, KeepsErrors = !CallersTerminal.ShowsErrors } : new TerminalSettings(),
    };
}
