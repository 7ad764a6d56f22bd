using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>A worker that is waited for, with nothing to feed it: its report is the answer.</summary>
internal static class WorkerCall
{
    /// <summary>Starts it and waits for its report; a failure is thrown as what it says. What is given up is killed.</summary>
    public static UnpackResult Run(StartWorker startWorker, string what, WorkerRequest request, SafeFileHandle? cancel = null)
    {
        using Pipe report = Pipe.Open();
        using WorkerProcess worker = startWorker(request with { Report = report.Write });
        report.Write.Dispose();
        try
        {
            Interruption.Await(report.Read, cancel, $"cannot {what}");
        }
        catch
        {
            worker.Kill();
            worker.Wait();
            throw;
        }

        return Finish(worker, report.Read, what);
    }

    /// <summary>Waits for the report of a worker, and for its end.</summary>
    public static UnpackResult Finish(WorkerProcess worker, SafeFileHandle reportPipe, string what)
    {
        byte[] record = new byte[WorkerReport.LengthLimit];
        using DescriptorSource source = new(reportPipe, "a worker's report");
        int length = source.ReadFully(record);
        int code = worker.Wait();
        if (!WorkerReport.TryDecode(record.AsSpan(0, length), out WorkerReport? report))
        {
            throw new SandboxException($"cannot {what}", $"its process ended with code {code} and without a report");
        }

        return report.Failure is null
            ? new UnpackResult { Entries = report.Entries, Bytes = report.Bytes, DeviceNodesLeftOut = 0, AttributesLeftOut = 0, Digest = report.Digest }
            : throw report.Failure;
    }
}
