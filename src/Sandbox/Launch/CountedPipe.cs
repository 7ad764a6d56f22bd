using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>One pipe between the command and the caller, which never blocks the launcher while the command runs: it has signals and limits to look after meanwhile.</summary>
internal sealed unsafe class CountedPipe : IDisposable
{
    /// <summary>PIPE_BUF: where poll(2) says that a pipe takes something, it takes that much at once.</summary>
    private const int PieceSize = 4096;

    /// <summary>In one turn, about as many as a pipe holds: a command that writes faster than is read would leave nobody else a turn.</summary>
    private const int MostPieces = 16;

    private readonly Pipe _pipe = Pipe.Open();
    private readonly byte[] _piece = new byte[PieceSize];
    private readonly int _target;
    private int _start, _length;
    private bool _ended;

    /// <param name="target">The caller's descriptor.</param>
    public CountedPipe(int target)
    {
        _target = target;
        _ = Libc.SetNonBlocking(_pipe.Read);
        PipeAccess.Open(_pipe.Write);
    }

    /// <summary>The command's end.</summary>
    public SafeFileHandle Entry => _pipe.Write;

    /// <summary>What there is to wait for: something to read, or room for what was read.</summary>
    public PollDescriptor Waited => _length > 0
        ? new PollDescriptor { Descriptor = _target, Events = PollEvents.POLLOUT }
        : PollDescriptor.On(_ended ? null : _pipe.Read, PollEvents.POLLIN);

    /// <summary>Carries what can be carried now, as long as <paramref name="budget"/> is not over; more of it in the next turn.</summary>
    public void Move(OutputBudget budget)
    {
        for (int pieces = 0; pieces < MostPieces && !budget.IsOver && (_length > 0 || Read(budget)) && CanWrite(); pieces++)
        {
            Write();
        }
    }

    /// <summary>
    /// Carries all that is left, however long the caller takes for it; false where <paramref name="signals"/> has one by which
    /// the user gives up.
    /// </summary>
    public bool Finish(OutputBudget budget, SafeFileHandle signals)
    {
        bool goesOn = Flush(signals);
        int left = _ended || !goesOn ? 0 : LastWords.Most(_pipe.Read);
        while (left > 0 && !budget.IsOver && Read(budget))
        {
            left -= _length;
            goesOn = Flush(signals);
            left = goesOn ? left : 0;
        }

        return goesOn;
    }

    /// <summary>Carries what was read before, if something was; false where the user gives up.</summary>
    private bool Flush(SafeFileHandle signals)
    {
        PollDescriptor* waited = stackalloc PollDescriptor[2];
        waited[0] = new PollDescriptor { Descriptor = _target, Events = PollEvents.POLLOUT };
        waited[1] = PollDescriptor.On(signals, PollEvents.POLLIN);
        while (_length > 0)
        {
            if (Libc.poll(waited, 2, -1) < 0)
            {
                continue;
            }

            if (waited[1].Returned != PollEvents.None && Supervision.TakesEnd(signals))
            {
                return false;
            }

            if (waited[0].Returned != PollEvents.None)
            {
                Write();
            }
        }

        return true;
    }

    public void Dispose() => _pipe.Dispose();

    private bool Read(OutputBudget budget)
    {
        if (_ended)
        {
            return false;
        }

        fixed (byte* piece = _piece)
        {
            nint read = Libc.read(_pipe.Read, piece, PieceSize);
            if (read <= 0)
            {
                _ended = read == 0 || (Errno)Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR);
                return false;
            }

            (_start, _length) = (0, budget.Take((int)read));
            return _length > 0;
        }
    }

    private bool CanWrite()
    {
        PollDescriptor target = new() { Descriptor = _target, Events = PollEvents.POLLOUT };
        return Libc.poll(&target, 1, 0) > 0;
    }

    private void Write()
    {
        fixed (byte* piece = _piece)
        {
            nint written = Libc.write(_target, piece + _start, _length);
            if (written < 0 && (Errno)Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR))
            {
                // The caller takes no more. The command is to see that as it would without a pipe between (EPIPE).
                _ended = true;
                _length = 0;
                _pipe.Read.Dispose();
                return;
            }

            _start += (int)Math.Max(0, written);
            _length -= (int)Math.Max(0, written);
        }
    }
}
