using Sandbox.Launch;
using Sandbox.Syscalls;

namespace Sandbox.Supervisor;

/// <summary>
/// What a supervisor does beside waiting for the end of its sandbox, on a thread of its own: it answers commands that want
/// to enter, and keeps what the command writes.
/// </summary>
internal sealed unsafe class Attendant : IDisposable
{
    /// <summary>Milliseconds after which the start is over, and its memory of no use, be it quiet or not.</summary>
    private const int BeginsToRest = 1000;

    private readonly HandOver _handOver;
    private readonly LogPump? _log;
    private readonly Pipe _end = Pipe.Open();
    private readonly Thread _thread;

    /// <param name="handOver">Owned from here on.</param>
    /// <param name="log">Owned from here on; null where the command has the caller's output.</param>
    public Attendant(HandOver handOver, LogPump? log)
    {
        const int stack = 128 << 10;
        _handOver = handOver;
        _log = log;
        _thread = new Thread(Attend, stack);
        _thread.Start();
    }

    /// <summary>Lets nobody in any more, and takes the last of what the command wrote.</summary>
    public void Dispose()
    {
        _end.Write.Dispose();
        _thread.Join();
        _log?.Finish();
        _log?.Dispose();
        _handOver.Dispose();
        _end.Read.Dispose();
    }

    private void Attend()
    {
        const int first = 2;
        PollDescriptor* polled = stackalloc PollDescriptor[first + LogPump.DescriptorCount];
        polled[0] = PollDescriptor.On(_end.Read, PollEvents.POLLIN);
        polled[1] = new PollDescriptor { Descriptor = _handOver.Descriptor, Events = PollEvents.POLLIN };
        nuint count = _log is null ? first : (nuint)(first + LogPump.DescriptorCount);
        long rest = _log is null ? long.MaxValue : Environment.TickCount64 + BeginsToRest;
        while (polled[0].Returned == PollEvents.None)
        {
            _log?.Await(polled + first);
            int patience = rest == long.MaxValue ? -1 : (int)Math.Clamp(rest - Environment.TickCount64, 0, BeginsToRest);
            int ready = Libc.poll(polled, count, patience);
            if (patience == 0)
            {
                rest = long.MaxValue;
                Footprint.Shrink();
            }

            if (ready <= 0)
            {
                continue;
            }

            if (polled[1].Returned != PollEvents.None)
            {
                _handOver.Answer();
            }

            _log?.Move(polled + first);
        }
    }
}
