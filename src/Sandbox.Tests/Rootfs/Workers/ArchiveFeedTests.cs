using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>A worker finds the bytes that were hashed, all of them, and whatever it does changes nothing about their digest.</summary>
public class ArchiveFeedTests
{
    private const int Block = Conveyor.BlockSize, AllBlocks = SharedBlocks.Count * Block;

    /// <summary>More than a socket takes without anybody who reads.</summary>
    private const int ManyBlocks = 1000;

    [Test]
    [Arguments(0, Block)]
    [Arguments(1, Block)]
    [Arguments(Block - 1, Block)]
    [Arguments(Block, Block)]
    [Arguments(Block + 1, 1000)]
    [Arguments(AllBlocks, Block)]
    [Arguments(AllBlocks + 1, Block)]
    [Arguments((3 * AllBlocks) + 777, 100_001)]
    public async Task An_archive_of_any_length_arrives_whole(int length, int atOnce)
    {
        byte[] archive = new byte[length];
        Random.Shared.NextBytes(archive);
        (byte[] arrived, Digest digest) = Pass(new Pieces(archive, atOnce), static blocks =>
        {
            using MemoryStream all = new();
            using BlockBytes bytes = new(blocks);
            bytes.CopyTo(all);
            return all.ToArray();
        });
        await Assert.That(arrived.AsSpan().SequenceEqual(archive)).IsTrue();
        await Assert.That(digest.ToString()).IsEqualTo("sha256:" + Convert.ToHexStringLower(SHA256.HashData(archive)));
    }

    [Test]
    public async Task Of_a_worker_that_is_gone_after_one_block_the_rest_is_hashed()
    {
        byte[] archive = new byte[(3 * AllBlocks) + 1];
        Random.Shared.NextBytes(archive);
        (bool first, Digest digest) = Pass(new Pieces(archive, Block), static blocks => blocks.Take().Span[0] == 0);
        await Assert.That(first).IsEqualTo(archive[0] == 0);
        await Assert.That(digest.ToString()).IsEqualTo("sha256:" + Convert.ToHexStringLower(SHA256.HashData(archive)));
    }

    [Test]
    public async Task A_worker_that_gives_back_what_it_was_never_told_of_gets_no_more()
    {
        SandboxException? failure = null;
        using Ends ends = Ends.Make();
        using ArchiveFeed feed = new(Job(new Pieces(new byte[Block], Block, ManyBlocks)), ends.Feed);
        byte[] given = new byte[ManyBlocks];
        ends.Write(given);
        try
        {
            Drive(feed);
        }
        catch (SandboxException e)
        {
            failure = e;
        }

        await Assert.That(failure?.Message).IsEqualTo("cannot pass on a.tar: Resource temporarily unavailable");
    }

    [Test]
    public async Task A_worker_that_cannot_see_the_archive_reports_it()
    {
        using WorkDirectory work = new();
        using Ends ends = Ends.Make();
        using SafeFileHandle nothing = File.OpenHandle("/dev/null");
        using SafeFileHandle directory = ImageInput.OpenDirectory(work.Make("tree"));
        using (SafeFileHandle report = File.OpenHandle(work.In("report"), FileMode.Create, FileAccess.Write))
        {
            int code = InflateWorker.Run(UnpackWorker.Arguments("a.tar", new UnpackLimits()), new FedBlocks(ends.Worker, nothing), report, directory);
            await Assert.That(code).IsEqualTo(125);
        }

        await Assert.That(WorkerReport.TryDecode(await File.ReadAllBytesAsync(work.In("report")), out WorkerReport? told)).IsTrue();
        await Assert.That(told!.Failure!.Message).StartsWith("cannot see the archive: ");
    }

    /// <summary>Passes an archive on to a thread, which ends with what it makes of it.</summary>
    private static (T Made, Digest Digest) Pass<T>(ByteSource bytes, Func<BlockSource, T> use)
    {
        using Ends ends = Ends.Make();
        using ArchiveFeed feed = new(Job(bytes), ends.Feed);
        T? made = default;
        Thread worker = new(() =>
        {
            using (ends.Worker)
            {
                made = use(new FedBlocks(ends.Worker, feed.Memory));
            }
        });
        worker.Start();
        Drive(feed);
        worker.Join();
        return (made!, feed.Digest!.Value);
    }

    private static unsafe void Drive(ArchiveFeed feed)
    {
        while (feed.Digest is null)
        {
            PollDescriptor polled = PollDescriptor.On(feed.Awaited, PollEvents.POLLIN);
            if (polled.Descriptor >= 0)
            {
                _ = Libc.poll(&polled, 1, -1);
            }

            feed.Step();
        }
    }

    private static UnpackJob Job(ByteSource bytes) => new()
    {
        Name = "a.tar",
        Verb = UnpackWorker.Verb,
        Arguments = [],
        Bytes = bytes,
        Size = 0,
        Destination = new SafeFileHandle(-1, ownsHandle: false),
    };

    /// <summary>Bytes, so many times, of which a read gives so many at most.</summary>
    private sealed class Pieces(byte[] bytes, int atOnce, int times = 1) : ByteSource
    {
        private int _position;
        private int _round;

        public override int Read(Span<byte> buffer)
        {
            if (_position == bytes.Length && ++_round < times)
            {
                _position = 0;
            }

            int count = Math.Min(Math.Min(atOnce, buffer.Length), bytes.Length - _position);
            bytes.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }

    /// <summary>The two ends of a channel.</summary>
    private sealed record Ends(SafeFileHandle Worker, SafeFileHandle Feed) : IDisposable
    {
        public static unsafe Ends Make()
        {
            int* ends = stackalloc int[2];
            return Libc.socketpair(AddressFamily.AF_UNIX, SocketType.SOCK_STREAM | SocketType.SOCK_CLOEXEC, 0, ends) == 0
                ? new Ends(new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
                : throw SandboxException.FromLastError("cannot make a socket");
        }

        public unsafe void Write(byte[] bytes)
        {
            fixed (byte* start = bytes)
            {
                _ = Libc.write((int)Worker.DangerousGetHandle(), start, bytes.Length);
            }
        }

        public void Dispose()
        {
            Worker.Dispose();
            Feed.Dispose();
        }
    }
}
