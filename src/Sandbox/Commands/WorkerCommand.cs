using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The verbs that sandbox itself calls in a second process, over the descriptors of a <see cref="WorkerRequest"/>.</summary>
internal static class WorkerCommand
{
    private const int Success = 0;
    private const int Failure = 1;

    public static int Run(WorkerOptions options) => options.Verb switch
    {
        UnpackWorker.Verb => Feed(options.Words, UnpackWorker.Run),
        LayerWorker.Verb => Feed(options.Words, LayerWorker.Run),
        InflateWorker.Verb => Feed(options.Words, InflateWorker.Run),
        TreeMerge.Verb => Report(options.Words, TreeMerge.Run),
        LayerTarWorker.Verb => Report(options.Words, LayerTarWorker.Run),
        VerifyWorker.Verb => Report(options.Words, VerifyWorker.Run),
        TreeRemover.Verb => Remove(),
        LayerSync.Verb => Sync(options.Words),
        MachineWorker.Verb => MachineWorker.Run(options.Words.AsSpan()),
        DetachedRun.Verb => DetachedRun.Supervise(options.Words.AsSpan()),
        string other => throw new SandboxException($"cannot run {other}", "it is no worker"),
    };

    /// <summary>A worker with an input, a report and a directory.</summary>
    private static int Report(ImmutableArray<string> words, Func<ImmutableArray<string>, SafeFileHandle, SafeFileHandle, SafeFileHandle, int> run)
    {
        // The modes of what is unpacked are the archive's, whole.
        _ = Libc.umask(0);
        using SafeFileHandle input = Inherited(0);
        using SafeFileHandle report = Inherited(1);
        using SafeFileHandle directory = Inherited(WorkerRequest.DirectoryDescriptor);
        return run(words, input, report, directory);
    }

    /// <summary>A worker whose input tells of the blocks of an archive.</summary>
    private static int Feed(ImmutableArray<string> words, Func<ImmutableArray<string>, BlockSource, SafeFileHandle, SafeFileHandle, int> run)
    {
        using SafeFileHandle memory = Inherited(WorkerRequest.MemoryDescriptor);
        return Report(words, (_, input, report, directory) => run(words, new FedBlocks(input, memory), report, directory));
    }

    private static int Remove()
    {
        using SafeFileHandle directory = Inherited(WorkerRequest.DirectoryDescriptor);
        return TreeRemoval.Empty(directory) == Errno.None ? Success : Failure;
    }

    private static int Sync(ImmutableArray<string> layers)
    {
        using SafeFileHandle store = Inherited(WorkerRequest.DirectoryDescriptor);
        LayerSync.Run(store, layers);
        return Success;
    }

    private static SafeFileHandle Inherited(int descriptor) => new(descriptor, ownsHandle: true);
}
