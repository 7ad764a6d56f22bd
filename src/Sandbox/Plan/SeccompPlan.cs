using Sandbox.Seccomp;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>The filter on the command's system calls (seccomp(2)).</summary>
internal static class SeccompPlan
{
    public static void Apply(ProgramBuilder program, LaunchSlots slots, ProcessSpec process, CommandSettings settings)
    {
        program.For("filter system calls", Hint);
        switch (settings.Seccomp)
        {
            case SeccompChoice.Default:
                program.SetSeccompFilter(DefaultFilter.For(process.Capabilities.Bounding, settings.Kernel, settings.Nested));
                break;
            case SeccompChoice.Profile profile:
                SeccompFilter filter = FilterCompiler.Compile(profile.Rules, Context(process, settings));
                if (filter.ListenerPath is null)
                {
                    program.SetSeccompFilter(filter.Program.Span, filter.Flags);
                }
                else
                {
                    program.For("hand on the listener of the filter");
                    program.PassOnListener(Receiver(slots, settings), listener =>
                    {
                        program.For("filter system calls", Hint);
                        program.SetSeccompFilter(filter.Program.Span, filter.Flags, listener);
                    });
                }

                break;
            case SeccompChoice.Compiled compiled:
                program.SetSeccompFilter(compiled.Filter.Program.Span, compiled.Filter.Flags);
                break;
            default:
                break;
        }
    }

    /// <summary>Who is to get the descriptor that the filter reports to from the launcher; null where the profile names nobody, or it is for who starts a container.</summary>
    public static ListenerChoice? Listener(CommandSettings settings) => !settings.IsOfContainer && settings.Seccomp is SeccompChoice.Profile { Rules: { ListenerPath: { } path } rules }
        ? new ListenerChoice(path, rules.ListenerMetadata ?? "")
        : null;

    /// <summary>Whether the command may reach the kernel's keys.</summary>
    public static bool AdmitsKeys(ProcessSpec process, CommandSettings settings) => settings.Seccomp switch
    {
        SeccompChoice.Default => false,
        SeccompChoice.Profile profile => KeyCalls.AreAdmitted(profile.Rules, Context(process, settings)),
        _ => true,
    };

    private static FilterContext Context(ProcessSpec process, CommandSettings settings) => new(Abi.X64, process.Capabilities.Bounding, settings.Kernel);

    /// <summary>A container's process loads its filter after start, and has a connection to who started it.</summary>
    private static Slot Receiver(LaunchSlots slots, CommandSettings settings) => settings.IsOfContainer ? slots.Report : slots.Listener;

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.EINVAL => "the kernel must be built with CONFIG_SECCOMP_FILTER, and know the flags of the profile",
        Errno.EACCES => "without no_new_privs the profile must allow what sandbox itself still has to do",
        _ => null,
    };
}
