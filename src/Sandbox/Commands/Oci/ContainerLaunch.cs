using System.Collections.Immutable;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The launch of a container: what it takes beside the specification, and what of it comes after start.</summary>
internal static class ContainerLaunch
{
    public static LaunchSettings Settings(
        OciCreateOptions options, PassedDescriptors passed, RuntimeSpec spec, ContainerState state, SandboxCgroup? cgroup) => new()
    {
        IdMaps = ContainerIds.Of(spec.Linux),
        Kernel = Machine.Kernel,
        CapabilityCount = Machine.CapabilityCount,
        Seccomp = Filter(spec.Linux),
        HasKeyrings = !options.NoNewKeyring && Libc.HasKeyrings(),

        // Whoever wrote the specification says what the container may; some are made to hold containers themselves.
        Nested = true,
        Init = false,
        MakesDevices = !spec.Linux.Has(NamespaceFlags.CLONE_NEWUSER) && Machine.MakesDevices,
        Detached = true,
        PreservedDescriptors = passed.Descriptors,
        Terminal = OwnTerminal.Settings(spec.Process, options.ConsoleSocket),
        Container = new ContainerSettings
        {
            Creating = StateReport.Split(state, ContainerStatus.Creating),
            Created = StateReport.Split(state, ContainerStatus.Created),
            Umask = Umask,
            StaysOnInitialRoot = options.NoPivot,
        },
        Cgroup = cgroup is null ? CgroupEntry.None : cgroup.Entry is null ? CgroupEntry.Moved : CgroupEntry.Cloned,
        SignalMask = BeforeRuntime.SignalMask,
        OwnExecutable = OwnProcess.Executable,
        Inhabitant = NamespaceInhabitant.Of(spec.Linux),
        IsApart = !OwnUserNamespace.IsFirst,
        ArgumentArea = OwnProcess.ArgumentArea,
    };

    /// <summary>umask(2) tells the mask only where it sets another.</summary>
    private static uint Umask
    {
        get
        {
            uint mask = Libc.umask(0);
            _ = Libc.umask(mask);
            return mask;
        }
    }

    /// <summary>The specification's filter on system calls, or none.</summary>
    public static SeccompChoice Filter(LinuxSpec linux) => linux.Seccomp is { } profile ? new SeccompChoice.Profile(profile) : new SeccompChoice.Unconfined();

    /// <summary>What the container's process does after start, in the words of its program.</summary>
    public static ImmutableArray<LateStep> LateSteps(LaunchProgram program)
    {
        ImmutableArray<LateStep>.Builder steps = ImmutableArray.CreateBuilder<LateStep>();
        int purpose = -1;
        for (int i = 0; i < program.Count; i++)
        {
            Step step = program[i];
            if (step is { Kind: StepKind.Call, Number: (int)SystemCall.accept4 })
            {
                purpose = step.Purpose;
            }
            else if (purpose >= 0 && step.Purpose != purpose)
            {
                purpose = step.Purpose;
                steps.Add(new LateStep(i, program.Purposes[purpose].What, KindOf(step)));
            }
        }

        return steps.ToImmutable();
    }

    private static LateStepKind KindOf(Step step) => step.Kind switch
    {
        StepKind.RunHook => LateStepKind.Hook,
        StepKind.Execute => LateStepKind.Command,
        _ => LateStepKind.Other,
    };
}
