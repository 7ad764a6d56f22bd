using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// One unpacking, seen from the launcher: the worker gets the archive through memory and reports through a pipe;
/// this side feeds and listens (see <see cref="UnpackLoop"/>, which drives it).
/// </summary>
internal sealed unsafe class UnpackSession : IDisposable
{
    /// <summary>How many descriptors one session polls.</summary>
    public const int PollCount = 2;

    private readonly UnpackJob _job;
    private readonly ArchiveFeed _feed;
    private readonly SafeFileHandle _reportPipe;
    private readonly WorkerProcess _worker;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly byte[] _record = new byte[WorkerReport.LengthLimit];
    private int _recordLength;
    private WorkerReport? _report;

    public UnpackSession(UnpackJob job, StartWorker startWorker)
    {
        _job = job;
        (SafeFileHandle archiveEnd, SafeFileHandle feedEnd) = Channel();
        (_reportPipe, SafeFileHandle reportEnd) = Pipe.Open();

        // This side keeps neither of the worker's ends: the end of each is the sign that the other side is gone.
        using (archiveEnd)
        using (reportEnd)
        {
            try
            {
                _feed = new ArchiveFeed(job, feedEnd);
                _worker = startWorker(new WorkerRequest
                {
                    Verb = job.Verb,
                    Arguments = job.Arguments,
                    Input = archiveEnd,
                    Memory = _feed.Memory,
                    Report = reportEnd,
                    Directory = job.Destination,
                });
            }
            catch
            {
                _feed?.Dispose();
                feedEnd.Dispose();
                _reportPipe.Dispose();
                throw;
            }
        }
    }

    /// <summary>The digest of the archive's bytes and what the worker says of them; null until both are known. The rest of an archive that holds images is not read.</summary>
    public (Digest Digest, WorkerReport Report)? Result =>
        _report is { HoldsImages: true } ? (default, _report)
        : _report is { } report && _feed.Digest is { } digest ? (digest, report)
        : null;

    /// <summary>How far it is.</summary>
    public UnpackMeter Meter => new(_job.Name, _job.Size, _feed.Count, Stopwatch.GetElapsedTime(_began));

    /// <summary>Whether it can go on without waiting.</summary>
    public bool IsReady => _feed is { Digest: null, Awaited: null };

    /// <summary>Says what it waits for.</summary>
    public void Prepare(PollDescriptor* polled)
    {
        polled[0] = PollDescriptor.On(_report is null ? _reportPipe : null, PollEvents.POLLIN);
        polled[1] = PollDescriptor.On(_feed.Digest is null ? _feed.Awaited : null, PollEvents.POLLIN);
    }

    /// <summary>Does what can be done. Whatever fails is a SandboxException; the tree is then the caller's to remove.</summary>
    public void Turn(PollDescriptor* polled)
    {
        bool ready = IsReady;
        if (polled[0].Returned != PollEvents.None)
        {
            Listen();
        }

        if (ready || polled[1].Returned != PollEvents.None)
        {
            _feed.Step();
        }
    }

    public void Dispose()
    {
        _feed.Dispose();
        _reportPipe.Dispose();
        End();
        _worker.Dispose();
    }

    /// <summary>Takes what the worker says; at the end of it the worker has said all, and it must make sense.</summary>
    private void Listen()
    {
        nint count;
        fixed (byte* record = _record)
        {
            count = Libc.read(_reportPipe, record + _recordLength, _record.Length - _recordLength);
        }

        if (count > 0)
        {
            _recordLength += (int)count;
            return;
        }

        // Either it is at its end, or it has said more than a report can hold: there is nothing more to hear.
        _reportPipe.Dispose();
        int code = End();
        bool sensible = WorkerReport.TryDecode(_record.AsSpan(0, _recordLength), out _report);
        if (!sensible || _report?.Failure is not null)
        {
            throw _report?.Failure ?? new SandboxException($"cannot unpack {_job.Name}", Death(code));
        }
    }

    /// <summary>
    /// Sees to it that the worker is gone. One that has closed its report is about to exit: the signal then changes
    /// nothing, and one that lingers does not hold up the launcher.
    /// </summary>
    private int End()
    {
        _worker.Kill();
        return _worker.Wait();
    }

    private static string Death(int code) => code > 128
        ? $"the unpacking process was ended by signal {code - 128}"
        : $"the unpacking process ended with code {code} and without a report";

    private static (SafeFileHandle Worker, SafeFileHandle Feed) Channel()
    {
        int* ends = stackalloc int[2];
        return Libc.socketpair(AddressFamily.AF_UNIX, SocketType.SOCK_STREAM | SocketType.SOCK_CLOEXEC, 0, ends) == 0
            ? (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
            : throw SandboxException.FromLastError("cannot make a socket");
    }
}
