using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>All that a run is made of, before there is a process of it.</summary>
/// <param name="Spec">What the sandbox must be.</param>
/// <param name="RootMode">The permission bits of its root directory.</param>
internal sealed record PreparedRun(
    RunOptions Options,
    PassedDescriptors Passed,
    StoreAccess Access,
    RootfsSource Source,
    RuntimeSpec Spec,
    uint RootMode,
    RunCgroup Cgroup,
    RunWatch Watch,
    RunScratch Scratch)
{
    /// <summary>What the launch has to know beside the specification.</summary>
    public LaunchSettings Settings() => new()
    {
        StorePath = Access.Store.Path,
        Layers = Source.Layers,
        RootDirectory = Source.Directory is null ? null : Options.Image,
        RootMode = RootMode,

        // What the next run finds in its upper directory must not be of this one's making.
        PlainDirectories = Scratch.IsKept || Options.Volatile == VolatileMode.Yes ? [] : PlainDirectories.Find(Access.Store, Source, Access.Ids, Spec.Files),
        MarksOwnFiles = (Options.Changes ?? Options.Commit) is not null,
        ScratchSize = Scratch.Size,
        ScratchDirectory = Scratch.Directory,
        KeepsChanges = Scratch.IsKept,
        IdMappedLayers = Access.Ids.MapsLayers,
        IdMaps = Access.Ids.OfSandbox,
        Kernel = Machine.Kernel,
        CapabilityCount = Machine.CapabilityCount,
        Seccomp = SeccompProfiles.Choose(Options.Seccomp),
        HasKeyrings = Options.Seccomp != SeccompProfiles.Default && Libc.HasKeyrings(),
        LandlockVersion = Libc.GetLandlockVersion(),
        UsrOnly = Options.Volatile == VolatileMode.Yes,
        Nested = Options.Nested,
        Init = Options.Init,
        Guarded = !Options.Init,
        PreservedDescriptors = Passed.Descriptors,
        WritableDescriptors = Passed.Writable,
        Terminal = Terminal(),
        Cgroup = Cgroup.Entry,
        DelegatesCgroup = Options is { DelegateCgroup: true, Boot: false },
        Measures = Watch.Measures,
        RelaysOutput = RunWatch.Relays(Options) || Options is { Detached: true, Terminal: not true },
        SendsNamespaces = Options.IsNamed,
        SignalMask = BeforeRuntime.SignalMask,
        StopSignal = StopSignal(),
        OwnExecutable = OwnProcess.Executable,
        ArgumentArea = OwnProcess.ArgumentArea,
        Memory = Options.DryRun ? default : EarlyChild.Memory,
    };

    /// <summary>The signal that asks the command to end: the user's, the image's, or everybody's.</summary>
    private Signal StopSignal()
    {
        if (Options.StopSignal is { } asked)
        {
            return (Signal)asked;
        }

        string word = Source.Config.StopSignal;
        if (word.Length == 0)
        {
            return Options.Boot ? (Signal)RunSystem.StopSignal(Source) : Signal.SIGTERM;
        }

        Parsed<int> signal = SignalWords.Read(word);
        return signal.Why is null
            ? (Signal)signal.Value
            : throw new SandboxException($"cannot stop the command by the image's signal '{word}'", signal.Why, "name one with --stop-signal");
    }

    private TerminalSettings Terminal() => Spec.Process.Terminal
        ? new TerminalSettings { Modes = CallersTerminal.Modes, KeepsErrors = !Options.Detached && !CallersTerminal.ShowsErrors }
        : new TerminalSettings();
}
