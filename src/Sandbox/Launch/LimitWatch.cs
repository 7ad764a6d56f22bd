using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>The limits that the launcher itself keeps while the command runs, beside that of time: processor time and output.</summary>
internal sealed unsafe class LimitWatch(CpuWatch? cpu = null, OutputBudget? budget = null, OutputRelay? output = null)
{
    /// <summary>How many descriptors it waits for.</summary>
    public const int DescriptorCount = OutputRelay.DescriptorCount + 1;

    /// <summary>The limit that ended the command; the time limit is said by who keeps it.</summary>
    public ReachedLimit Reached { get; set; }

    /// <summary>Whether processor time is to be known of what is killed, and no cgroup counts it.</summary>
    public bool CountsKilled { get; init; }

    /// <summary>What everything in the sandbox had used when it was killed; null where it was not killed from here, or nobody counts.</summary>
    public CpuTimes? UntilKilled { get; private set; }

    /// <summary>Milliseconds until something is to be looked at; -1 for never.</summary>
    public int Patience => Reached == ReachedLimit.None && cpu is not null ? cpu.Patience : -1;

    public void Await(PollDescriptor* waited)
    {
        for (int i = 0; i < DescriptorCount; i++)
        {
            waited[i] = new PollDescriptor { Descriptor = -1 };
        }

        output?.Await(waited);
        if (budget is not null && Reached == ReachedLimit.None)
        {
            // The limit may have been reached since the last look: the poll that follows sees it.
            waited[OutputRelay.DescriptorCount] = budget.Waited;
        }
    }

    /// <summary>Carries output and counts; kills everything the first time that a limit is reached.</summary>
    public void Look(SandboxProcess process)
    {
        output?.Move();
        if (Reached != ReachedLimit.None)
        {
            return;
        }

        Reached = budget?.IsOver == true ? ReachedLimit.Output : cpu?.IsOver(process) == true ? ReachedLimit.CpuTimeout : ReachedLimit.None;
        if (Reached != ReachedLimit.None)
        {
            Kill(process);
        }
    }

    /// <summary>
    /// Kills everything. The kernel then ends what PID 1 has beneath it without anybody who waits for that, and its times are
    /// lost to wait4(2): whoever wants them has to look before.
    /// </summary>
    public void Kill(SandboxProcess process)
    {
        UntilKilled ??= CountsKilled ? ProcessTree.CpuTime(process.Pid) : null;
        process.Kill();
    }

    /// <summary>Carries what was written last, and looks at what others have carried: everybody who could write more is dead.</summary>
    /// <param name="signals">Where the user may give up waiting for it.</param>
    public void Finish(SafeFileHandle signals)
    {
        output?.Finish(signals);
        Reached = Reached == ReachedLimit.None && budget?.IsOver == true ? ReachedLimit.Output : Reached;
    }
}
