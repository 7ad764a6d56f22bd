using Sandbox.Seccomp;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The process that starts a command in a sandbox which is there already, and stays outside of its PID namespace: it hands
/// signals on, tells how the command ended, and ends it when the launcher ends.
/// </summary>
internal static class WatcherPlan
{
    /// <summary>Out of everybody's reach before the first namespace is entered: what is seen inside must not be opened (CVE-2016-9962).</summary>
    public static void Hide(ProgramBuilder program, JoinSettings settings)
    {
        program.For("hide who enters the sandbox");
        nint name = program.Name("sandbox-exec");
        program.Erase(settings.ArgumentArea, name);
        program.Prctl(PrctlOption.PR_SET_NAME, name);
        StayHidden(program);
    }

    /// <summary>Each change of credentials makes a process dumpable again; a change of user namespace is one.</summary>
    public static void StayHidden(ProgramBuilder program) => program.Prctl(PrctlOption.PR_SET_DUMPABLE, 0);

    /// <summary>Closes what the launcher had open, and what was opened on the way in.</summary>
    /// <param name="own">What it has opened itself and needs still.</param>
    public static void LetGoOfLaunchers(ProgramBuilder program, LaunchSlots slots, ReadOnlySpan<Slot?> own, JoinSettings settings)
    {
        program.For("let go of what the launcher had open");
        program.KeepOnly([slots.Lifeline, slots.Report, slots.CgroupLeaf, slots.Listener, .. own], settings.PreservedDescriptors.AsSpan());
    }

    public static void Become(ProgramBuilder program, LaunchSlots slots, Slot @null, ProcessSpec process, JoinSettings settings)
    {
        program.For("watch over the command");
        if (settings.Detached)
        {
            program.SetInit(new InitParameters { Role = settings.LeavesToInit ? StarterRole.LeaverToInit : StarterRole.Leaver, Report = slots.Report.Index });
            return;
        }

        Slot signals = program.SignalDescriptor(ForwardedSignals.Inside);
        program.SetInit(new InitParameters
        {
            Role = StarterRole.Watcher,
            Signals = signals.Index,
            Lifeline = slots.Lifeline.Index,
            Report = slots.Report.Index,
            Null = @null.Index,
            Filter = program.PutFilter(InitFilter.Program),
            Capabilities = (uint)process.Capabilities.Permitted & (1u << (int)Capability.CAP_KILL),
        });
    }
}
