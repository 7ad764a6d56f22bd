using System.Globalization;
using Sandbox.CommandLine;
using Sandbox.State;

namespace Sandbox.Commands;

/// <summary><c>sandbox wait</c>.</summary>
internal static class WaitCommand
{
    public static int Run(AwaitOptions options)
    {
        Sandboxes.LetSignalsEnd();
        using Registry registry = Sandboxes.Open(options);

        // All are found before the first one is waited for: some are removed at their end.
        List<SandboxEntry> entries = [];
        int code = OneByOne.Do(options.Names, word => entries.Add(registry.Find(word)));
        foreach (SandboxEntry entry in entries)
        {
            Output.Print((entry.Await()?.ToString(CultureInfo.InvariantCulture) ?? "unknown") + "\n");
            entry.Dispose();
        }

        return code;
    }
}
