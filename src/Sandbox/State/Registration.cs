using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>A sandbox as its supervisor has it in the registry: only the supervisor writes there.</summary>
internal sealed class Registration : IDisposable
{
    private readonly Registry _registry;
    private readonly OwnerLock _owner;
    private SandboxStatus _status;

    public Registration(Registry registry, SafeFileHandle directory, OwnerLock owner, SandboxRecord record)
    {
        _registry = registry;
        _owner = owner;
        Directory = directory;
        Record = record;
        _status = new SandboxStatus { Supervisor = ProcessIdentity.Of(Environment.ProcessId) };
        Write(_status);
    }

    public SafeFileHandle Directory { get; }

    public SandboxRecord Record { get; private set; }

    /// <summary>Writes the record anew, when more is known.</summary>
    public void Write(SandboxRecord record)
    {
        Record = record;
        StateFile.Write(Directory, SandboxFiles.Record, record.Write());
    }

    /// <summary>The command was executed.</summary>
    public void Run(int init, string? cgroup) =>
        Write(_status with { Phase = SandboxPhase.Running, Init = ProcessIdentity.Of(init), Started = Moment.Now, Cgroup = cgroup });

    /// <summary>The command has ended.</summary>
    public void End(int code)
    {
        try
        {
            Write(_status with { Phase = SandboxPhase.Exited, Ended = Moment.Now, ExitCode = code });
        }
        catch (SandboxException)
        {
            // A full disk, most likely: what the owner leaves behind says the same, and has its room already.
        }

        _owner.Leave(code);
        if (Record.RemovedAtEnd)
        {
            Remove();
        }
    }

    /// <summary>Takes it out of everybody's sight.</summary>
    public void Remove() => _registry.Remove(Record.Name, Directory);

    public void Dispose()
    {
        Directory.Dispose();
        _owner.Dispose();
        _registry.Dispose();
    }

    private void Write(SandboxStatus status)
    {
        _status = status;
        StateFile.Write(Directory, SandboxFiles.Status, status.Write());
    }
}
