using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>exec</c>: a further process in a container, confined as its specification says.</summary>
internal static class ExecOperation
{
    public static int Run(OciExecOptions options, OciContext context)
    {
        using SafeFileHandle signals = Supervision.OpenSignals();
        using Container container = Container.Open(context.Root, options.Id);
        RuntimeSpec spec = BundleDirectory.Resolve(ConfigReader.Read(container.Directory.ReadConfig(), container.State.Bundle));
        ContainerCreation.BecomeSealed(spec.Linux);
        using SafeFileHandle target = Target(container, options);
        spec = GrantedGroups.Of(GrantedCapabilities.Of(spec with { Process = ExecProcess.Of(options, spec.Process, context), Warnings = Unknown(options) }));
        foreach (string warning in spec.Warnings)
        {
            context.Log.Warn(warning);
        }

        string what = $"cannot exec in container {options.Id}";
        CreationChecks.CheckTerminal(what, spec.Process.Terminal, options.ConsoleSocket, isHere: !options.Detach);
        CreationChecks.CheckUser(what, spec);
        PassedDescriptors passed = PassedDescriptors.Of(options);
        spec = spec with { Process = ContainerHome.AddTo(OwnTerminal.Sized(spec.Process, options.ConsoleSocket), spec.RootPath) };
        using Cgroup? own = OpenCgroup(container, options);
        using SandboxCgroup? cgroup = own is null ? null : JoinedCgroup.Of(own);
        (SandboxPlan plan, JoinSlots slots) = JoinOrder.Compile(spec, Settings(options, passed, spec) with { AwaitsCgroup = cgroup is { Entry: null } });
        using NamespaceFiles namespaces = OpenNamespaces(what, container, target);
        namespaces.Fill(plan.Program, slots);
        using SafeFileHandle? console = ConsoleSocket.Connect(options.ConsoleSocket);
        using TerminalRelay? terminal = OwnTerminal.Open(spec.Process, options.ConsoleSocket);
        using SandboxProcess process = Launcher.Start(plan, cgroup: cgroup, console: console ?? terminal?.Console, state: StateOf(container, plan));
        passed.Close();
        ProcessFiles.Write(options.PidFile, Started(container, process));
        return options.Detach ? process.Wait() : Supervision.Run(process, signals, new SupervisionOrders { Limits = new LimitWatch(), Terminal = terminal });
    }

    /// <summary>What no capability is, is no error here either (config.md, Linux Process).</summary>
    private static ImmutableArray<string> Unknown(OciExecOptions options) =>
        [.. options.UnknownCapabilities.Select(static word => $"--cap: '{word}' is no capability, and is passed over")];

    /// <summary>The number of the process, for an engine to signal: whoever inside may trace could have told another's.</summary>
    private static int Started(Container container, SandboxProcess process)
    {
        int pid = process.WaitForStart();
        if (!ContainerProcesses.IsElsewhere(container.State, pid))
        {
            return pid;
        }

        process.Kill();
        throw new SandboxException($"cannot exec in container {container.Id}", $"process {pid} is none of the container's");
    }

    /// <summary>What an agent is told, which answers for the calls of the process.</summary>
    private static Func<int, string> StateOf(Container container, SandboxPlan plan) => process =>
        ListenerState.Of(plan.Listener!.Metadata, process, StateReport.Write(container.State, container.Status, compact: true).ToString());

    /// <summary>The container's process, which must be there and must not be frozen: what joins it would be frozen too.</summary>
    private static SafeFileHandle Target(Container container, OciExecOptions options)
    {
        string what = $"cannot exec in container {container.Id}";
        return container.Status switch
        {
            ContainerStatus.Stopped or ContainerStatus.Creating => throw new SandboxException(what, "container not running"),
            ContainerStatus.Paused when !options.IgnorePaused => throw new SandboxException(what, "it is paused", "resume it first, or use --ignore-paused"),
            _ => container.OpenProcess() ?? throw new SandboxException(what, "container not running"),
        };
    }

    /// <summary>What waits for start is sandbox's own process, which nobody but root may look into (PR_SET_DUMPABLE).</summary>
    private static NamespaceFiles OpenNamespaces(string what, Container container, SafeFileHandle target)
    {
        try
        {
            return NamespaceFiles.Open(container.State.Process.Pid, target.Descriptor());
        }
        catch (SandboxException failure) when (failure.Errno == Errno.EACCES && container.Status == ContainerStatus.Created)
        {
            throw new SandboxException(what, "it is not started, and nobody but root can enter it before that", $"'{OciVerb.ProgramName} start {container.Id}' starts it");
        }
    }

    /// <summary>The container's cgroup, or the one below it that the command line names; null where it has none.</summary>
    private static Cgroup? OpenCgroup(Container container, OciExecOptions options)
    {
        string what = $"cannot exec in container {container.Id}";
        if (options.Cgroup is not { } below)
        {
            return ContainerCgroups.OpenToJoin(container);
        }

        using Cgroup own = ContainerCgroups.Need(container.State.Cgroup, what);
        string path = below.Trim('/');
        return Array.Exists(path.Split('/'), static part => part is "" or "." or "..")
            ? throw new SandboxException(what, $"'{below}' is no path of a cgroup below the container's")
            : own.TryOpenChild(path) ?? throw SandboxException.FromLastError($"cannot open the cgroup {own.Path}/{path}");
    }

    private static JoinSettings Settings(OciExecOptions options, PassedDescriptors passed, RuntimeSpec spec) => new()
    {
        IdMaps = ContainerIds.Of(spec.Linux),
        IsRoot = Libc.geteuid() == 0,
        Detached = options.Detach,
        PreservedDescriptors = passed.Descriptors,
        Terminal = OwnTerminal.Settings(spec.Process, options.ConsoleSocket),
        Kernel = Machine.Kernel,
        CapabilityCount = Machine.CapabilityCount,
        Seccomp = ContainerLaunch.Filter(spec.Linux),

        // Whoever calls exec need not be who was asked to leave the container his.
        HasKeyrings = Libc.HasKeyrings(),
        Nested = true,
        SignalMask = BeforeRuntime.SignalMask,
        OwnExecutable = OwnProcess.Executable,
        ArgumentArea = OwnProcess.ArgumentArea,
    };
}
