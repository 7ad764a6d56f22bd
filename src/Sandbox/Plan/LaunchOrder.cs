using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The order of a launch: the table of contents of everything that happens between clone3(2) and the command's first
/// instruction. Each concern is a file of its own; what must come before what stands here, with the reason.
/// </summary>
internal static unsafe class LaunchOrder
{
    public static SandboxPlan Compile(RuntimeSpec spec, LaunchSettings settings)
    {
        ProgramBuilder program = new(settings.Memory);
        LaunchSlots slots = new(program);
        ImmutableArray<MountSpec> mounts = MountChoice.Of(spec, settings.IsApart);
        DevicePlan devices = new(mounts, spec.Linux.Devices, settings.MakesDevices);

        // Before anything waits for the launcher: its death shows only when it holds the last copy.
        SessionPlan.LetGoOfLifeline(program, slots);

        // While the process may write its own files of /proc; and all that it is in or has, its successor is in and has.
        SchedulingPlan.Score(program, spec.Process);
        CloneFlags created = CgroupPlan.NamespacesAtClone(spec, settings);
        NamespaceEntryPlan.Enter(program, slots, spec.Linux, created);
        PidEntryPlan? lastEntry = PidEntryPlan.Open(program, spec, settings);

        // A limit that the command could lift lies in a user namespace around its own.
        bool nests = OuterNamespacePlan.IsNeeded(spec);
        OuterNamespacePlan.Enter(program, slots, spec, settings, created);

        // First of all out of reach of the terminal's signals, which are the launcher's to forward.
        SessionPlan.Begin(program, leads: !settings.Init);
        SessionPlan.TakeOutput(program, slots, settings.RelaysOutput);

        // Ids before any file is made: an inode of an unmapped owner cannot be (EOVERFLOW).
        if (!nests)
        {
            IdMapPlan.Apply(program, slots.Lifeline, settings.IdMaps);
        }

        // From here on what the launch uses is the sandbox's. The namespace after it: its top is the directory that its maker is in.
        CgroupPlan.Enter(program, slots, spec, settings, waited: !nests && IdMapPlan.Waits(settings.IdMaps));

        // Through the host's /proc, whose names are not the image's. The namespaces, when all of them are there.
        NamespaceSendPlan.Send(program, slots, settings);
        NamespacePlan.LimitUserNamespaces(program, spec.Linux.MaxUserNamespaces);
        NamespacePlan.LimitProcesses(program, spec.Linux.HighestPid, settings.Kernel);

        // What is to stay a part of the host's groups of mounts is taken first: a copy of what is private is private.
        Sources sources = Sources.OpenShared(program, slots, mounts);
        Slot? shared = BundleRoot.OpenShared(program, spec);

        // Private before any mount: else it would appear in the host's namespace, where that one is shared.
        NamespacePlan.KeepMountsPrivate(program, spec.Linux);

        // All that is bound from the host is taken by descriptor now, while its paths still exist and before anything
        // of the image can be on the way.
        sources.Open(program);
        Scaffold? scaffold = spec.RootPath is null ? Scaffold.Mount(program, settings) : null;
        RootPlan? bundle = spec.RootPath is null ? null : BundleRoot.Mount(program, spec, shared);

        // A change of user closes its own files of /proc to a process.
        ClockPlan.Apply(program, spec.Linux);

        // All behind directories that only the caller may enter was reached; from here on as the sandbox's root, who
        // owns what is made. The parent's death signal after that: a change of user clears it (prctl(2)).
        IdMapPlan.BecomeRoot(program, settings.IdMaps);
        if (!settings.Detached)
        {
            SessionPlan.DieWithLauncher(program);
        }

        SysctlPlan.Apply(program, spec.Linux);
        FilePlan files = FilePlan.Decide(spec, settings);
        RootPlan root = bundle ?? RootPlan.Mount(program, slots, scaffold!, files, settings);
        if (scaffold is not null)
        {
            files.WriteOthers(program, scaffold);
        }

        // Volumes below whatever is mounted in them; mounts in the specification's order; the files after them, because a
        // volume may bring the directory that they are seen in; masks after all, because whatever was mounted must not
        // uncover what they hide.
        VolumePlan.Mount(program, root, spec);
        MountPlan.Mount(program, root, mounts, sources, devices, lastEntry);
        devices.Supply(program, root);
        files.Bind(program, root);
        Slot? terminal = TerminalPlan.Open(program, root.Root, slots.Console, spec.Process, settings.Terminal);
        TerminalPlan.ShowAsConsole(program, root, terminal);
        devices.Close(program, root);
        PathPlan.Protect(program, root, sources, spec.Linux);
        ReadOnlyPlan.Verify(program, root, mounts, spec, settings);

        // What others do to a container they do to its mounts, while the host's names still lead to them.
        ContainerPlan.RunCreateHooks(program, slots, root, spec.Hooks, settings.Container);

        // Through the host's /proc, where the container's does not show this process.
        if (lastEntry is not null)
        {
            CommandOrder.Label(program, spec.Process);
        }

        // The working directory is made before the root may turn read-only.
        Slot workingDirectory = root.FindWorkingDirectory(program, spec.Process.Cwd);
        root.Enter(program, spec.ReadOnlyRoot, RootEntryChoice.Of(spec, settings));
        BundleRoot.Spread(program, spec);
        RootPlan.EnterWorkingDirectory(program, spec.Process.Cwd, workingDirectory);

        NamespacePlan.Configure(program, spec);

        // Inside its root, and still able to read every file of it.
        CommandImage* command = CommandPlan.Inspect(program, spec.Process, settings);
        CommandPlan.ProveRights(program, spec.Process, command, settings);

        // A rule holds for what a path leads to now: after all mounts, and while every path can be reached.
        Slot? ruleset = LandlockPlan.Prepare(program, root.Root, spec, settings);

        // The last look at /proc/self was taken: nothing of this process can be read or traced from here on.
        // Without an init of ours the command takes its place, in this process.
        InitPlan.Become(program, slots, sources, command, spec, settings, [terminal, ruleset]);

        // From here on in the command's own process.
        if (lastEntry is null)
        {
            ContainerPlan.LetGoOfOutput(program, terminal, settings);
            CommandOrder.Label(program, spec.Process);
        }

        lastEntry?.Enter(program, slots, terminal, settings);
        CommandOrder.Describe(program, spec);
        CommandOrder.Confine(
            program, slots, spec.Process, ruleset, settings, () => ContainerPlan.AwaitStart(program, slots, terminal, lastEntry, settings), waitsConfined: lastEntry is not null);
        CommandOrder.Finish(program, slots, spec.Process, ruleset, terminal, settings);

        // Programs of the image's, with no right that the command has not: under its filter, too.
        ContainerPlan.RunStartHooks(program, spec.Hooks, settings.Container);
        CommandPlan.Execute(program, command);

        return new SandboxPlan
        {
            Program = program.Finish(),
            Namespaces = nests ? CloneFlags.CLONE_NEWUSER : NamespaceEntryPlan.HandsOver(spec.Linux) ? CloneFlags.None : created,
            Capabilities = spec.Process.Capabilities.Bounding,
            HasSuccessor = nests || NamespaceEntryPlan.HandsOver(spec.Linux),
            EndsInSuccessor = lastEntry is not null,
            MapsFirst = nests,
            AwaitsLauncher = settings.AwaitsLauncher,
            AwaitsLeaf = settings.AwaitsLeaf,
            Slots = slots,
            IdMaps = nests ? OuterNamespacePlan.Maps(spec, settings) : settings.IdMaps,
            Listener = SeccompPlan.Listener(settings),
            MappedSources = sources.Mapped,
            Files = files,
            Gaps = LandlockPlan.Gaps(spec, settings),
        };
    }
}
