using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>The bytes that a command may still write, to whatever it has for output: counted by the one who carries them, looked after by the one who supervises.</summary>
internal sealed class OutputBudget(ulong limit) : IDisposable
{
    private readonly Pipe _over = Pipe.Open();
    private ulong _left = limit;
    private volatile bool _isOver;

    /// <summary>Whether more was written than may be; the part that may be was carried.</summary>
    public bool IsOver => _isOver;

    /// <summary>Hangs up when it is over: who carries may be another thread.</summary>
    public PollDescriptor Waited => PollDescriptor.On(_over.Read, PollEvents.POLLIN);

    /// <summary>Takes note of bytes that were written; returns how many of them may be carried.</summary>
    public int Take(int length)
    {
        int allowed = (int)Math.Min((ulong)length, _left);
        _left -= (ulong)allowed;
        if (allowed < length && !_isOver)
        {
            _isOver = true;
            _over.Write.Dispose();
        }

        return allowed;
    }

    public void Dispose() => _over.Dispose();
}
