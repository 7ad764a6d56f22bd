using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary>The terminal of a process whose engine named no socket for the master: it is a view of the caller's.</summary>
internal static class OwnTerminal
{
    /// <summary>Carries between the two; null where the process has none, or somebody else serves it.</summary>
    public static TerminalRelay? Open(ProcessSpec process, string? console)
    {
        if (!process.Terminal || console is not null)
        {
            return null;
        }

        // A signal that ends this process must not leave the caller's terminal as the relay had it.
        FaultSignals.Hold();
        return new TerminalRelay();
    }

    /// <summary>What it takes from the caller's.</summary>
    public static TerminalSettings Settings(ProcessSpec process, string? console) =>
        process.Terminal && console is null ? new TerminalSettings { Modes = CallersTerminal.Modes } : new TerminalSettings();

    /// <summary>The same process, with a terminal of the size of the caller's where that has one.</summary>
    public static ProcessSpec Sized(ProcessSpec process, string? console) =>
        process.Terminal && console is null && CallersTerminal.Size is { } size
            ? process with { ConsoleSize = new ConsoleSize(size.Rows, size.Columns) }
            : process;
}
