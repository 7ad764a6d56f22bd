using Sandbox.CommandLine;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox rm</c>.</summary>
internal static class RmCommand
{
    public static int Run(RmOptions options)
    {
        if (!options.Force)
        {
            return Sandboxes.ForEach(options, Remove);
        }

        Sandboxes.LetSignalsEnd();
        using Registry registry = Sandboxes.Open(options);
        return OneByOne.Do(options.Names, word =>
        {
            using SandboxEntry? entry = registry.TryFind(word);
            if (entry is not null)
            {
                SandboxEnd.Kill(entry);
                registry.Remove(entry.Record.Name, entry.Directory);
                Output.Print(word + "\n");
            }
        });
    }

    private static void Remove(Registry registry, SandboxEntry entry)
    {
        if (entry.IsAlive)
        {
            throw new SandboxException($"cannot remove sandbox {entry.Record.Name}", Sandboxes.Describe(entry), "stop it first, or use rm -f");
        }

        registry.Remove(entry.Record.Name, entry.Directory);
    }
}
