using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Seccomp;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox run</c>: from options and an image to an exit code.</summary>
internal static class RunCommand
{
    /// <param name="options">The command line.</param>
    /// <param name="started">Told the id of a sandbox that is this process's to supervise, when its command is executed; null where a detached run is still to be handed to such a process.</param>
    public static int Run(RunOptions options, Action<string>? started = null)
    {
        if (options is { Detached: true, DryRun: false } && started is null)
        {
            return DetachedRun.Start();
        }

        if (options.UserNamespace == UserNamespaceMode.Host)
        {
            SealedCopy.Become(Environment.GetCommandLineArgs());
        }

        RunReport? report = null;
        try
        {
            // Its file must not be found at a number that the command is to get.
            PassedDescriptors passed = PassedDescriptors.Of(options);
            report = options.DryRun ? null : RunReport.Open(options.Report);
            return Run(options, passed, report, started);
        }
        catch (Exception failure) when (options is { Report: not null, DryRun: false })
        {
            RunReport.WriteFailure(report, options.Report, Output.Explain(failure));
            throw;
        }
        finally
        {
            report?.Dispose();
        }
    }

    /// <summary>Says that a command line asks for no run that there could be, in the report of that run too.</summary>
    public static int Refuse(Refusal refusal)
    {
        int code = Output.Fail(refusal);
        if (refusal.Report is { } target)
        {
            RunReport.WriteFailure(null, target, refusal.ToException());
        }

        return code;
    }

    private static int Run(RunOptions options, PassedDescriptors passed, RunReport? report, Action<string>? started)
    {
        using NamedRun? named = NamedRun.Begin(options);
        Reference? commit = options.Commit is { } name ? LoadCommand.Name(name) : null;
        using SafeFileHandle signals = Supervision.OpenSignals();
        using StoreAccess access = StoreAccess.Open(options);
        (Store store, SandboxIds ids) = (access.Store, access.Ids);
        using RootfsSource source = OpenImage(options, access);
        if (commit is not null && source.Image is null)
        {
            throw new SandboxException($"cannot run {options.Image} --commit {commit}", "it is no image of the store", "'sandbox load FILE' makes one of it");
        }

        RuntimeSpec spec = Specify(options, passed, source, ids.Maps);
        KernelVersion kernel = Machine.Kernel;
        uint rootMode = ModeOfRoot(store, source);
        using RunCgroup cgroup = options.DryRun ? RunCgroup.Listed(options, spec) : RunCgroup.Make(options, spec);
        spec = cgroup.Entry == CgroupEntry.None ? spec : RunCgroup.Show(options, spec);
        using RunWatch watch = RunWatch.Begin(options, cgroup, report);
        using RunScratch scratch = RunScratch.Create(options, source, kernel, access, rootMode);
        LaunchSettings settings = Settings(options, passed, store, source, ids, spec, scratch, rootMode, kernel) with
        {
            Cgroup = cgroup.Entry,
            DelegatesCgroup = options is { DelegateCgroup: true, Boot: false },
            Measures = watch.Measures,
            RelaysOutput = RunWatch.Relays(options) || options is { Detached: true, Terminal: not true },
            SendsNamespaces = options.IsNamed,
            Guarded = !options.Init,
        };
        SandboxPlan plan = LaunchOrder.Compile(spec, settings);
        if (options.DryRun)
        {
            return Output.Print(RunCgroup.List(options, spec) + PlanListing.Of(plan));
        }

        using RunChanges? changes = options.Changes is { } output ? RunChanges.Open(output) : null;
        using TerminalRelay? terminal = spec.Process.Terminal && !options.Detached ? new TerminalRelay(watch.Budget) : null;
        Signal stopSignal = (Signal)(options.StopSignal ?? StopSignalOf(options, source));
        named?.Describe(spec, settings, source, stopSignal);
        named?.Fill(plan);
        if (spec.Process.User.Uid != 0)
        {
            PipeAccess.OpenInherited();
        }

        GuardProcess? guard = null;
        FaultSignals.Hold();
        using SandboxProcess process = Launcher.Start(
            plan, MountSender(store, source, scratch, ids), cgroup.Cgroup, watch.Output, terminal?.Console ?? named?.Console,
            settings.Guarded ? sandbox => guard = GuardProcess.Start(sandbox) : null, command => ListenerState.Of(plan.Listener!, command, store.Path));
        using GuardProcess? guarding = guard;
        named?.Open(process, cgroup.Cgroup?.Directory, signals, watch.Budget);
        passed.Close();
        started?.Invoke(named!.Id);

        // While the command is already at work, and is not left alone: what is not on the disk yet, and what runs that
        // were killed have left behind.
        LayerSync.StartUnlessAtWork(store, source, access.Workers.Start);
        Thread? sweep = Sweep.Start(store, access.Remover);
        cgroup.Sweep();
        try
        {
            int code = watch.Follow(process, limits =>
            {
                int ended = Supervision.Run(process, signals, Orders(options, stopSignal, limits, terminal));
                named?.Close();
                limits.Finish();
                return ended;
            });
            code = options.Boot ? RunSystem.ExitCode(process.End, code) : code;
            changes?.Write(access, scratch, plan.Files!.OwnEntries());
            if (code == 0 && commit is not null)
            {
                RunCommit.Add(access, source, scratch, plan.Files!.OwnEntries(), commit);
            }

            report?.Write(code);
            named?.End(code);
            return code;
        }
        finally
        {
            sweep?.Join();
        }
    }

    /// <summary>
    /// Ends the child that was made for a run before there were options, where it did not come to one: its parent has to
    /// reap it, for whoever does so afterwards may not.
    /// </summary>
    public static void GiveUp() => EarlyChild.GiveUp();

    /// <summary>A path or a name; what is not in the store yet is brought there.</summary>
    public static RootfsSource OpenImage(RunOptions options, StoreAccess access)
    {
        ImageWord word = ImageWord.Read(options.Image, access.Catalog);
        ImageRequest request = access.Request(word.Path ?? options.Image, word.Pick);
        return word.Named is not { } named
            ? ImageTree.Open(access.Store, request)
            : ImageTree.TryImage(access.Store, request, named.Id)
                ?? throw new SandboxException($"cannot use {options.Image}", "a layer of it is missing, or was unpacked for other ids", "load it again, with the same --userns");
    }

    /// <summary>What the sandbox of an image must be.</summary>
    public static RuntimeSpec Specify(RunOptions options, PassedDescriptors passed, RootfsSource source, IdMaps maps)
    {
        ResolvedUser user = RunAccount.Resolve(source, options.User ?? OfImage(source.Config), maps);
        (RuntimeSpec? spec, Refusal? refusal) = RunSpec.Build(options, source.Config, user, maps, Machine.Facts(options, passed, RunSystem.Facts(options, source)));
        return spec ?? throw refusal!.ToException();
    }

    /// <summary>The user that the image names; null where it names none.</summary>
    private static UserOption? OfImage(ImageConfig config)
    {
        if (config.User.Length == 0)
        {
            return null;
        }

        Parsed<UserOption> user = Words.User(config.User);
        return user.Why is { } why ? throw new SandboxException($"cannot run as the image's user '{config.User}'", why, "name one with --user") : user.Value;
    }

    private static LaunchSettings Settings(
        RunOptions options, PassedDescriptors passed, Store store, RootfsSource source, SandboxIds ids, RuntimeSpec spec, RunScratch scratch, uint rootMode, KernelVersion kernel) => new()
        {
            StorePath = store.Path,
            Layers = source.Layers,
            RootDirectory = source.Directory is null ? null : options.Image,
            RootMode = rootMode,
            // What the next run finds in its upper directory must not be of this one's making.
            PlainDirectories = scratch.IsKept || options.Volatile == VolatileMode.Yes ? [] : PlainDirectories.Find(store, source, ids, spec.Files),
            MarksOwnFiles = (options.Changes ?? options.Commit) is not null,
            ScratchSize = scratch.Size,
            ScratchDirectory = scratch.Directory,
            KeepsChanges = scratch.IsKept,
            IdMappedLayers = ids.MapsLayers,
            IdMaps = ids.OfSandbox,
            Kernel = kernel,
            CapabilityCount = Machine.CapabilityCount,
            Seccomp = SeccompProfiles.Choose(options.Seccomp),
            HasKeyrings = options.Seccomp != SeccompProfiles.Default && Libc.HasKeyrings(),
            LandlockVersion = Libc.GetLandlockVersion(),
            UsrOnly = options.Volatile == VolatileMode.Yes,
            Nested = options.Nested,
            Init = options.Init,
            PreservedDescriptors = passed.Descriptors,
            Terminal = spec.Process.Terminal
                ? new TerminalSettings { Modes = CallersTerminal.Modes, KeepsErrors = !options.Detached && !CallersTerminal.ShowsErrors }
                : new TerminalSettings(),
            SignalMask = BeforeRuntime.SignalMask,
            OwnExecutable = OwnProcess.Executable,
            ArgumentArea = OwnProcess.ArgumentArea,
            Memory = options.DryRun ? default : EarlyChild.Memory,
        };

    private static SupervisionOrders Orders(RunOptions options, Signal stopSignal, LimitWatch limits, TerminalRelay? terminal) => new()
    {
        Limits = limits,
        Timeout = options.Timeout,
        StopSignal = stopSignal,
        StopTimeout = options.StopTimeout,
        Terminal = terminal,
    };

    private static int StopSignalOf(RunOptions options, RootfsSource source)
    {
        string word = source.Config.StopSignal;
        if (word.Length == 0)
        {
            return options.Boot ? RunSystem.StopSignal(source) : (int)Signal.SIGTERM;
        }

        Parsed<int> signal = SignalWords.Read(word);
        return signal.Why is null ? signal.Value : throw new SandboxException($"cannot stop the command by the image's signal '{word}'", signal.Why, "name one with --stop-signal");
    }

    /// <summary>Sends the layers as mounts that map ids, once the child has a user namespace; null where they are found by name.</summary>
    private static Func<int, IReadOnlyList<SafeFileHandle>>? MountSender(Store store, RootfsSource source, RunScratch scratch, SandboxIds ids)
    {
        if (!ids.MapsLayers)
        {
            return null;
        }

        return pid =>
        {
            ImmutableArray<SafeFileHandle> layers = source.Directory is { } directory
                ? MappedLayers.Open(pid, directory, ["."])
                : MappedLayers.Open(pid, store.Directory, source.Layers);
            return scratch.Directory is not { } disk ? layers
                : layers.Add(scratch.IsKept ? MappedLayers.OpenWritable(pid, store.Directory, disk) : MappedLayers.OpenPlain(store.Directory, disk));
        };
    }

    /// <summary>
    /// The permission bits of the image's root directory, which overlay takes from its upper directory: those of the
    /// topmost layer that says anything about it.
    /// </summary>
    private static uint ModeOfRoot(Store store, RootfsSource source)
    {
        const uint permissions = 0xFFF;
        int top = source.Layers.Length - 1;
        while (top > 0 && LinkText.Read(store.Directory, source.Layers[top][..^Layer.Tree.Length] + Layer.OwnRoot) is null)
        {
            top--;
        }

        Statx root;
        int result = source.Directory is { } directory
            ? Libc.statx(directory, out root)
            : Libc.statx(store.Directory.Descriptor(), source.Layers[top], AtFlags.AT_SYMLINK_NOFOLLOW, out root);
        return result == 0 ? root.Mode & permissions : throw SandboxException.FromLastError("cannot look at the image's root directory");
    }
}
