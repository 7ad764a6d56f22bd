using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// Enters a PID namespace that is joined as the last of all, with no more rights than the command has. Where no user
/// namespace lies between, who is in there may have CAP_SYS_PTRACE, and then traces every process that he sees, whatever
/// it is to become: one with all rights of the host's must not be seen.
/// </summary>
internal sealed class PidEntryPlan
{
    private readonly JoinedNamespace _joined;
    private readonly Slot _file;
    private readonly int _inhabitant;

    private PidEntryPlan(JoinedNamespace joined, Slot file, int inhabitant)
    {
        _joined = joined;
        _file = file;
        _inhabitant = inhabitant;
    }

    /// <summary>A user namespace of the container's own keeps memory closed that comes from outside of it (ptrace(2)).</summary>
    public static bool IsLast(LinuxSpec linux) => linux.Joins(NamespaceFlags.CLONE_NEWPID) && !linux.Has(NamespaceFlags.CLONE_NEWUSER);

    /// <summary>Holds on to the namespace while its name leads to it; null where there is none to enter last.</summary>
    public static PidEntryPlan? Open(ProgramBuilder program, RuntimeSpec spec, LaunchSettings settings)
    {
        if (!IsLast(spec.Linux))
        {
            return null;
        }

        JoinedNamespace joined = spec.Linux.JoinedNamespaces.First(static joined => joined.Kind == NamespaceFlags.CLONE_NEWPID);
        if (!spec.Process.NoNewPrivileges && settings.Seccomp is SeccompChoice.Profile { Rules.ListenerPath: not null })
        {
            throw new SandboxException(
                $"cannot enter the pid namespace {joined.Path}",
                "its filter has a listener, and would have to be loaded before anybody takes that, for lack of process.noNewPrivileges",
                "set process.noNewPrivileges to true");
        }

        program.For($"enter the pid namespace {joined.Path}", errno => NamespaceEntryPlan.Hint(errno, joined));
        return new PidEntryPlan(joined, program.Open(joined.Path, OpenFlags.O_RDONLY), settings.Inhabitant);
    }

    /// <summary>The procfs of the namespace, attached nowhere.</summary>
    public Slot Processes(ProgramBuilder program, MountSpec mount, MountOptions options)
    {
        if (options.Data is { } data)
        {
            throw new SandboxException($"cannot mount {mount.Destination} (proc)", $"it is that of the PID namespace {_joined.Path}, and does not take {data}");
        }

        return program.OpenProcesses(_file, _inhabitant);
    }

    /// <summary>From here on children are in it. What the launch had open is closed before the first of them is there.</summary>
    /// <param name="terminal">The command's, where it has one.</param>
    public void Enter(ProgramBuilder program, LaunchSlots slots, Slot? terminal, LaunchSettings settings)
    {
        program.For($"enter the pid namespace {_joined.Path}", errno => NamespaceEntryPlan.Hint(errno, _joined));
        program.SetNamespace(_file, CloneFlags.CLONE_NEWPID);
        program.For("let go of what the launch had open");
        program.Erase(settings.ArgumentArea, program.Name("sandbox-init"));
        program.KeepOnly([slots.Lifeline, slots.Report, slots.Gate, terminal], settings.PreservedDescriptors.AsSpan());
    }

    /// <summary>The command's process is there, with the rights that the command will have.</summary>
    public static void HandOver(ProgramBuilder program, LaunchSlots slots)
    {
        program.For("hand over to a process inside", Hint);
        program.HandOver(CloneFlags.None);

        // The launcher has to know of it before it tells anything itself.
        program.Await(slots.Lifeline);
        program.SetSession();
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.ENOMEM => "the first process of the PID namespace has ended",
        Errno.EAGAIN => "a limit on processes must leave room for one more while the container is made",
        Errno.EPERM or Errno.ENOSYS => "the filter of the container holds already, and must allow clone(2)",
        _ => null,
    };
}
