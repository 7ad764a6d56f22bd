using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Drives the unpackings of one run, a few at a time, on the one thread that starts processes: feeds whoever can take
/// more, shows how far they are, and gives up when it is told to.
/// </summary>
internal sealed unsafe class UnpackLoop(SafeFileHandle? cancel, Progress progress)
{
    /// <summary>How often the display is drawn anew while nothing moves, in milliseconds.</summary>
    private const int DrawPeriod = 200;

    /// <summary>
    /// Runs <paramref name="count"/> unpackings, <paramref name="atOnce"/> at a time in their order;
    /// <paramref name="finished"/> is told of each that ended well. The first failure ends all.
    /// </summary>
    public void Run(int count, int atOnce, Func<int, UnpackSession> start, Action<int, UnpackSession> finished)
    {
        List<(int Index, UnpackSession Session)> running = [];
        try
        {
            for (int next = 0; next < count || running.Count > 0;)
            {
                if (next < count && running.Count < atOnce)
                {
                    running.Add((next, start(next)));
                    next++;
                    continue;
                }

                Turn(running);
                for (int i = running.Count - 1; i >= 0; i--)
                {
                    if (running[i].Session.Result is not null)
                    {
                        (int index, UnpackSession session) = running[i];
                        running.RemoveAt(i);
                        using (session)
                        {
                            finished(index, session);
                            progress.Finish(session.Meter, session.Result!.Value.Report.DeviceNodesLeftOut);
                        }
                    }
                }
            }
        }
        finally
        {
            running.ForEach(static one => one.Session.Dispose());
        }
    }

    /// <summary>Waits until something can be done, and does it.</summary>
    private void Turn(List<(int Index, UnpackSession Session)> running)
    {
        PollDescriptor* polled = stackalloc PollDescriptor[1 + (running.Count * UnpackSession.PollCount)];
        polled[0] = PollDescriptor.On(cancel, PollEvents.POLLIN);
        bool ready = false;
        for (int i = 0; i < running.Count; i++)
        {
            running[i].Session.Prepare(polled + 1 + (i * UnpackSession.PollCount));
            ready |= running[i].Session.IsReady;
        }

        if (Libc.poll(polled, (nuint)(1 + (running.Count * UnpackSession.PollCount)), ready ? 0 : DrawPeriod) < 0
            && (Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
        {
            throw SandboxException.FromLastError("cannot wait for the unpacking processes");
        }

        if (polled[0].Returned != PollEvents.None)
        {
            throw Interruption.Of($"cannot unpack {running[0].Session.Meter.Name}", cancel!);
        }

        for (int i = 0; i < running.Count; i++)
        {
            running[i].Session.Turn(polled + 1 + (i * UnpackSession.PollCount));
        }

        progress.Show(running.Count, i => running[i].Session.Meter);
    }
}
