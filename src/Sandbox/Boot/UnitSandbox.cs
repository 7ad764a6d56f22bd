using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>The sandbox of a unit, as everybody finds it: by the unit's name.</summary>
internal sealed class UnitSandbox(string name, Registry registry) : IDisposable
{
    /// <summary>The last one that was found, which may be removed at its end and can still be asked then.</summary>
    public SandboxEntry? Entry { get; private set; }

    /// <summary>Looks for it; whether its command is executed by now.</summary>
    public bool Runs()
    {
        Find();
        return Entry is { Phase: SandboxPhase.Running };
    }

    /// <summary>Looks for it; returns its supervisor's process, or null where it is not alive. A manager may have died, and its sandboxes live on.</summary>
    public SafeFileHandle? Adopt()
    {
        Find();
        return Entry is { IsAlive: true } ? Entry.OpenSupervisor() : null;
    }

    /// <summary>The exit code of a sandbox whose supervisor is gone; that of a failure where nobody wrote one down.</summary>
    public int Code() => Entry?.Await() ?? SandboxException.ExitCodeOfSandbox;

    /// <summary>Frees its name; until now anybody could look how it ended the last time.</summary>
    public void Forget()
    {
        if (Entry is not null)
        {
            registry.Remove(name, Entry.Directory);
            Dispose();
        }
    }

    public void Dispose()
    {
        Entry?.Dispose();
        Entry = null;
    }

    private void Find()
    {
        Dispose();
        Entry = registry.TryNamed(name);
    }
}
