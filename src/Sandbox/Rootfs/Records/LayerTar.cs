using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// A tar archive as a <see cref="LayerTarWorker"/> gives it out, in the user namespace in which all files of the tree can
/// be read. At its end the worker's report tells whether it is whole.
/// </summary>
internal sealed class LayerTar : ByteSource
{
    private readonly string _name;
    private readonly SafeFileHandle _data;
    private readonly SafeFileHandle _report;
    private readonly WorkerProcess _worker;
    private readonly DescriptorSource _source;
    private readonly SafeFileHandle? _cancel;
    private bool _ended;

    /// <param name="startWorker">Starts the worker.</param>
    /// <param name="directory">What it reads.</param>
    /// <param name="words">What it is told; the first is the name of what it reads.</param>
    /// <param name="cancel">Becomes readable when the reading is to be given up.</param>
    public LayerTar(StartWorker startWorker, SafeFileHandle directory, ImmutableArray<string> words, SafeFileHandle? cancel = null)
    {
        _name = words[0];
        _cancel = cancel;
        (_data, SafeFileHandle dataEnd) = Pipe.Open();
        (_report, SafeFileHandle reportEnd) = Pipe.Open();
        _source = new DescriptorSource(_data, _name);
        using (dataEnd)
        using (reportEnd)
        {
            _worker = startWorker(new WorkerRequest { Verb = LayerTarWorker.Verb, Arguments = words, Input = dataEnd, Report = reportEnd, Directory = directory, DirectoryIsRead = true });
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (!_ended)
        {
            Interruption.Await(_data, _cancel, $"cannot read {_name}");
        }

        int count = _ended ? 0 : _source.Read(buffer);
        if (count == 0 && !_ended && !buffer.IsEmpty)
        {
            _ended = true;
            WorkerCall.Finish(_worker, _report, $"read {_name}");
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
            _data.Dispose();
            _report.Dispose();
            _worker.Kill();
            _worker.Wait();
            _worker.Dispose();
        }

        base.Dispose(disposing);
    }
}
