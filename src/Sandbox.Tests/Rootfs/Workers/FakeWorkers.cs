using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>
/// Workers that are threads of the test. Unless a test wants it otherwise, one that unpacks makes a tree of one file
/// with the archive's bytes, and one that syncs does nothing.
/// </summary>
internal sealed partial class FakeWorkers
{
    public const string FileName = "content";

    private readonly ConcurrentQueue<string> _started = new();

    /// <summary>The verbs of all workers that were started.</summary>
    public IReadOnlyCollection<string> Started => _started;

    public int Unpackings => _started.Count(verb => verb == UnpackWorker.Verb);

    /// <summary>What the next workers that unpack do with archive, tree and report.</summary>
    public Action<Stream, string, Stream> Unpack { get; set; } = static (archive, tree, report) =>
    {
        CopyInto(archive, tree);
        report.Write(new WorkerReport { Entries = 1 }.Encode());
    };

    public static void CopyInto(Stream archive, string tree)
    {
        using FileStream file = File.Create(Path.Combine(tree, FileName));
        archive.CopyTo(file);
    }

    /// <summary>Whether workers that unpack run the product's own code.</summary>
    public bool Genuine { get; set; }

    /// <summary>What workers that remove do with the directory.</summary>
    public Action<SafeFileHandle> Remove { get; set; } = static directory => TreeRemoval.Empty(directory);

    /// <summary>What workers that sync do with the store and the directories of layers.</summary>
    public Action<SafeFileHandle, ImmutableArray<string>> Sync { get; set; } = static (_, _) => { };

    public WorkerProcess Start(WorkerRequest request)
    {
        _started.Enqueue(request.Verb);
        SafeFileHandle directory = Reopen(request.Directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (request.Verb == LayerSync.Verb)
        {
            return new FakeWorker(() => Sync(directory, request.Arguments));
        }

        if (request.Verb == TreeRemover.Verb)
        {
            return new FakeWorker(() => Remove(directory));
        }

        SafeFileHandle channel = Duplicate(request.Input!), memory = Reopen(request.Memory!, OpenFlags.O_RDONLY);
        FedBlocks blocks = new(channel, memory);
        FileStream report = new(Reopen(request.Report!, OpenFlags.O_WRONLY), FileAccess.Write, 0);
        return new FakeWorker(() =>
        {
            using (report)
            using (channel)
            using (memory)
            using (directory)
            {
                if (Genuine)
                {
                    UnpackWorker.Run(request.Arguments, blocks, report.SafeFileHandle, directory);
                    return;
                }

                using BlockBytes archive = new(blocks);
                string place = $"/proc/self/fd/{directory.DangerousGetHandle()}";
                Unpack(archive, request.Verb == UnpackWorker.Verb ? Directory.CreateDirectory(Path.Combine(place, Layer.Tree)).FullName : place, report);
            }
        });
    }

    /// <summary>A descriptor that the worker owns, as a process of its own would.</summary>
    private static SafeFileHandle Reopen(SafeFileHandle handle, OpenFlags flags)
    {
        SafeFileHandle reopened = Libc.openat(Libc.AT_FDCWD, $"/proc/self/fd/{handle.DangerousGetHandle()}", flags | OpenFlags.O_CLOEXEC, 0);
        return reopened.IsInvalid ? throw SandboxException.FromLastError("cannot open a descriptor again") : reopened;
    }

    /// <summary>The same for what cannot be opened again.</summary>
    private static SafeFileHandle Duplicate(SafeFileHandle handle)
    {
        const int F_DUPFD_CLOEXEC = 1030;
        return new SafeFileHandle(fcntl((int)handle.DangerousGetHandle(), F_DUPFD_CLOEXEC, 3), ownsHandle: true);
    }

    [LibraryImport("libc")]
    private static partial int fcntl(int descriptor, int command, int argument);

    /// <summary>A thread in the place of a process; what it throws is its exit code.</summary>
    private sealed class FakeWorker : WorkerProcess
    {
        private readonly Thread _thread;
        private int _exitCode;

        public FakeWorker(Action work)
        {
            _thread = new Thread(() =>
            {
                try
                {
                    work();
                }
                catch (IOException)
                {
                    _exitCode = 1;
                }
                catch (WorkerDeathException death)
                {
                    _exitCode = death.ExitCode;
                }
            });
            _thread.Start();
        }

        public override int Wait()
        {
            _thread.Join();
            return _exitCode;
        }

        public override void Kill()
        {
        }
    }
}

/// <summary>Ends a fake worker without a word.</summary>
internal sealed class WorkerDeathException(int exitCode) : Exception
{
    public int ExitCode { get; } = exitCode;
}
