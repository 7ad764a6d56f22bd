using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What a command does that takes several names, each of them for itself.</summary>
internal static class OneByOne
{
    /// <summary>
    /// Does something for each name. One that fails does not keep it from the others: its failure is shown, each hint once, and
    /// the last failure is the exit code. Only an interruption by a signal ends it all.
    /// </summary>
    public static int Do(ImmutableArray<string> names, Action<string> act)
    {
        int code = 0;
        HashSet<string?> hints = [];
        foreach (string name in names)
        {
            try
            {
                act(name);
            }
            catch (SandboxException failure) when (failure.ExitCode == SandboxException.ExitCodeOfSandbox)
            {
                code = Output.Fail(failure.Message, hints.Add(failure.Hint) ? failure.Hint : null, failure.ExitCode);
            }
        }

        return code;
    }
}
