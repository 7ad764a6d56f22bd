using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// One unpacking, seen from the worker: an archive from memory; its tree and its manifest into the directory that it is
/// given; a report through a pipe.
/// </summary>
internal static class UnpackWorker
{
    public const string Verb = "unpack-worker";

    /// <summary>The words of the worker's command line: the archive's name, which only messages use, and the limits.</summary>
    public static ImmutableArray<string> Arguments(string name, UnpackLimits limits) =>
    [
        name,
        limits.Entries.ToString(CultureInfo.InvariantCulture),
        limits.Bytes.ToString(CultureInfo.InvariantCulture),
        limits.DecoderMemory.ToString(CultureInfo.InvariantCulture),
        limits.KeepOwners ? "owners" : "no-owners",
    ];

    /// <summary>Unpacks and reports; returns the worker's exit code.</summary>
    public static int Run(ImmutableArray<string> words, BlockSource archive, SafeFileHandle report, SafeFileHandle directory)
    {
        return Report(report, () =>
        {
            (string name, UnpackLimits limits) = Parse(words);
            ArchivePlace place = new(name);
            using LayerFiles files = new(directory);
            LowerNeeds needs = new() { HasLower = false };
            UnpackResult result = Unpacker.Unpack(archive, name, place, files.Tree, limits, needs, new TarRecord(files.Manifest, place, new ContentSum()));
            files.Write(needs);
            return result;
        });
    }

    /// <summary>Does a worker's work, and reports how it ended.</summary>
    public static int Report(SafeFileHandle report, Func<UnpackResult> work)
    {
        WorkerReport ended;
        try
        {
            ended = WorkerReport.Of(work());
        }
        catch (SandboxException failure)
        {
            ended = new WorkerReport { Failure = failure };
        }

        // Where this fails the launcher is gone, and with it whoever would care.
        _ = Libc.TryWriteAll(report, ended.Encode());
        return ended.Failure?.ExitCode ?? 0;
    }

    /// <summary>Reads what <see cref="Arguments"/> wrote.</summary>
    public static (string Name, UnpackLimits Limits) Parse(ImmutableArray<string> words) =>
        words is [string name, string entries, string bytes, string memory, string owners]
        && long.TryParse(entries, CultureInfo.InvariantCulture, out long entryLimit)
        && long.TryParse(bytes, CultureInfo.InvariantCulture, out long byteLimit)
        && long.TryParse(memory, CultureInfo.InvariantCulture, out long memoryLimit)
            ? (name, new UnpackLimits { Entries = entryLimit, Bytes = byteLimit, DecoderMemory = memoryLimit, KeepOwners = owners == "owners" })
            : throw new SandboxException($"cannot run {Verb}", "it is for sandbox itself to call");
}
