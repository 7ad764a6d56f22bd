using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>Whether a unit that runs is ready: by its port, by its own word, or at once; and for how long that is waited for.</summary>
internal sealed class UnitReadiness(Unit unit, MachineLog log) : IDisposable
{
    /// <summary>Milliseconds between two looks at a port.</summary>
    private const long BetweenLooks = 100;

    private ReadySocket? _socket;
    private bool _isWaiting, _hasTold;
    private long _end, _due;

    /// <summary>Whether units after it may start: it was ready once, or it is in vain to wait for that.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>What becomes readable when it has said something; null where it does not.</summary>
    public SafeFileHandle? Told => _socket?.Descriptor;

    /// <summary>When there is something to look at, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Due => _isWaiting ? _due : long.MaxValue;

    /// <summary>Prepares for its start.</summary>
    /// <param name="path">Where it finds the socket.</param>
    public void Listen(string path)
    {
        _socket?.Dispose();
        _socket = ReadySocket.Open(path);
        _hasTold = false;
    }

    /// <summary>It runs from now on.</summary>
    public void Await()
    {
        _isWaiting = true;
        _end = Environment.TickCount64 + (unit.ReadyTimeout * 1000L);
        _due = unit.Notifies ? _end : 0;
    }

    /// <summary>It has run under another manager, whose socket is gone: what it said then is written down, and nothing more will be heard.</summary>
    public void TakeUp(SandboxEntry entry)
    {
        if (!unit.Notifies)
        {
            Await();
            return;
        }

        if (StateFile.TryRead(entry.Directory, SandboxFiles.Ready) is null)
        {
            log.Tell($"unit {unit.Name} had not said that it is ready, and cannot any more: units after it start now");
        }

        Settle();
    }

    /// <summary>Looks whether it is ready by now.</summary>
    public void Look(SandboxEntry? entry)
    {
        // It may be ready before its starter has returned.
        _hasTold |= _socket?.TakeReady() == true;
        if (!_isWaiting || (!_hasTold && Environment.TickCount64 < _due))
        {
            return;
        }

        if (_hasTold || (!unit.Notifies && (unit.ReadyPort is not { } port || Libc.IsAnswered(port))))
        {
            Write(entry);
            Settle();
            log.Tell($"unit {unit.Name} is ready");
        }
        else if (Environment.TickCount64 >= _end)
        {
            Settle();
            string what = unit.Notifies ? "has not said that it is ready" : $"has not answered at port {unit.ReadyPort}";
            log.Tell($"unit {unit.Name} {what} within {unit.ReadyTimeout} seconds: units after it start now");
        }
        else
        {
            _due = Math.Min(Environment.TickCount64 + BetweenLooks, _end);
        }
    }

    /// <summary>Says that nobody has to wait for it any more.</summary>
    public void Settle()
    {
        _isWaiting = false;
        IsSettled = true;
    }

    public void Dispose() => _socket?.Dispose();

    private void Write(SandboxEntry? entry)
    {
        try
        {
            if (entry is not null && unit.Notifies)
            {
                StateFile.Write(entry.Directory, SandboxFiles.Ready, "");
            }
        }
        catch (SandboxException failure)
        {
            log.Tell(failure);
        }
    }
}
