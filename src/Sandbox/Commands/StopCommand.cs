using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox stop</c>.</summary>
internal static class StopCommand
{
    public static int Run(StopOptions options) => Sandboxes.ForEach(options, (_, entry) => SandboxEnd.Stop(
        entry, (Signal)entry.Record.StopSignal, options.Timeout ?? TimeSpan.FromMilliseconds(entry.Record.StopTimeout)));
}
