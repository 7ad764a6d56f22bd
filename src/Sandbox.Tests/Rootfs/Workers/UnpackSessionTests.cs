using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>Whatever becomes of a worker, the launcher gets a clear failure, and the store is as it was.</summary>
public class UnpackSessionTests
{
    [Test]
    public async Task A_failure_is_told_in_the_workers_words_and_leaves_nothing()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "bad");
        scene.Workers.Unpack = static (input, tree, report) =>
        {
            FakeWorkers.CopyInto(input, tree);
            report.Write(new WorkerReport { Failure = new SandboxException("cannot unpack a.tar", "entry 'x' at 512: bad checksum", "try another") }.Encode());
        };

        SandboxException failure = StoreScene.Failure(() => scene.Content(archive));

        await Assert.That(failure.Message).IsEqualTo("cannot unpack a.tar: entry 'x' at 512: bad checksum");
        await Assert.That(failure.Hint).IsEqualTo("try another");
        await Assert.That(failure.ExitCode).IsEqualTo(125);
        await Assert.That(scene.Rubbish.Concat(scene.Entries("layers")).Concat(scene.Entries("index"))).IsEmpty();
    }

    [Test]
    public async Task After_a_failure_the_store_works()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "good");
        Action<Stream, string, Stream> works = scene.Workers.Unpack;
        scene.Workers.Unpack = static (_, _, _) => throw new WorkerDeathException(1);
        await Assert.That(() => scene.Content(archive)).Throws<SandboxException>();

        scene.Workers.Unpack = works;
        await Assert.That(scene.Content(archive)).IsEqualTo("good");
    }

    [Test]
    public async Task A_killed_worker_is_told_by_its_signal()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", new string('x', 3 << 20));
        scene.Workers.Unpack = static (_, _, _) => throw new WorkerDeathException(137);

        SandboxException failure = StoreScene.Failure(() => scene.Content(archive));
        await Assert.That(failure.Why).Contains("signal 9");
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task A_worker_that_reports_without_end_is_not_believed()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "x");
        scene.Workers.Unpack = static (_, _, report) =>
        {
            byte[] much = new byte[1 << 20];
            new WorkerReport().Encode().CopyTo(much, 0);
            report.Write(much);
        };

        await Assert.That(() => scene.Content(archive)).Throws<SandboxException>();
        await Assert.That(scene.Entries("layers")).IsEmpty();
    }

    [Test]
    public async Task A_worker_cannot_pass_its_tree_off_as_another_archives()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "head and tail");
        scene.Workers.Unpack = static (input, _, report) =>
        {
            input.ReadExactly(new byte[4]);
            report.Write(new WorkerReport().Encode());
        };

        using RootfsSource source = scene.Open(archive);
        await Assert.That(source.Layers.Single()).Contains(Convert.ToHexStringLower(SHA256.HashData(StoreScene.Bytes("head and tail"))));
    }

    [Test]
    public async Task An_archive_that_changes_while_it_is_read_is_refused()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "before");
        scene.Workers.Unpack = (input, tree, report) =>
        {
            FakeWorkers.CopyInto(input, tree);
            scene.Archive("a.tar", "after!");
            report.Write(new WorkerReport().Encode());
        };

        SandboxException failure = StoreScene.Failure(() => scene.Content(archive));
        await Assert.That(failure.Why).Contains("changed while it was read");
        await Assert.That(scene.Rubbish.Concat(scene.Entries("layers"))).IsEmpty();
    }

    [Test]
    public async Task A_run_that_is_interrupted_takes_everything_along()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", new string('x', 4 << 20));
        (SafeFileHandle read, Action interrupt) = Interruption();
        using (scene.Cancel = read)
        {
            scene.Workers.Unpack = (input, _, _) =>
            {
                input.ReadExactly(new byte[4096]);
                interrupt();
                input.CopyTo(Stream.Null);
            };

            SandboxException failure = StoreScene.Failure(() => scene.Content(archive));
            await Assert.That(failure.ExitCode).IsEqualTo(130);
            await Assert.That(scene.Rubbish).IsEmpty();
        }
    }

    [Test]
    public async Task A_run_that_waits_for_another_can_be_interrupted()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "x");
        using Store store = scene.OpenStore();
        Libc.statx(Libc.AT_FDCWD, archive, AtFlags.None, out Statx status);
        using HeldDirectory others = HeldDirectory.TryTake(store, $"tmp/{new FileStamp(status).File}.{scene.Map}")!;
        (SafeFileHandle read, Action interrupt) = Interruption();
        using (scene.Cancel = read)
        {
            interrupt();
            SandboxException failure = StoreScene.Failure(() => scene.Content(archive));
            await Assert.That(failure.ExitCode).IsEqualTo(130);
        }
    }

    [Test]
    public async Task A_worker_that_cannot_start_leaves_nothing()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "x");
        using Store store = scene.OpenStore();
        ImageRequest request = scene.Request(archive) with { StartWorker = static _ => throw new SandboxException("cannot make a user namespace", "not allowed") };

        await Assert.That(() => ImageTree.Open(store, request)).Throws<SandboxException>();
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task A_tar_becomes_a_tree()
    {
        using StoreScene scene = new();
        scene.Workers.Genuine = true;
        string archive = await Tar(scene);

        await Assert.That(scene.Content(archive)).IsEqualTo("of a real file");
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task A_tar_that_is_cut_names_itself_and_leaves_nothing()
    {
        using StoreScene scene = new();
        scene.Workers.Genuine = true;
        string archive = await Tar(scene);
        using (FileStream file = File.OpenWrite(archive))
        {
            file.SetLength(1200);
        }

        SandboxException failure = StoreScene.Failure(() => scene.Content(archive));
        await Assert.That(failure.Message).Contains(archive);
        await Assert.That(scene.Rubbish.Concat(scene.Entries("layers")).Concat(scene.Entries("index"))).IsEmpty();
    }

    [Test]
    public async Task A_tar_beyond_the_limit_leaves_nothing()
    {
        using StoreScene scene = new();
        scene.Workers.Genuine = true;
        string archive = await Tar(scene);
        using Store store = scene.OpenStore();
        ImageRequest request = scene.Request(archive) with { Limits = new UnpackLimits { Bytes = 3 } };

        SandboxException failure = StoreScene.Failure(() => ImageTree.Open(store, request));
        await Assert.That(failure.ExitCode).IsEqualTo(125);
        await Assert.That(scene.Rubbish.Concat(scene.Entries("layers"))).IsEmpty();
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task A_full_disk_is_told_and_the_store_works_afterwards()
    {
        using StoreScene scene = new();
        scene.Workers.Genuine = true;
        string small = await Tar(scene);
        File.WriteAllBytes(scene.InScene("tree/large"), new byte[2 << 20]);
        await Command.Tool("tar", "--create", "--file", scene.InScene("large.tar"), "--directory", scene.InScene("tree"), ".");
        Directory.CreateDirectory(scene.StorePath);
        await Command.Tool("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", scene.StorePath);
        try
        {
            SandboxException failure = StoreScene.Failure(() => scene.Content(scene.InScene("large.tar")));
            await Assert.That(failure.ExitCode).IsEqualTo(125);
            await Assert.That(failure.Hint).Contains("--root");
            await Assert.That(scene.Rubbish.Concat(scene.Entries("layers"))).IsEmpty();

            await Assert.That(scene.Content(small)).IsEqualTo("of a real file");
        }
        finally
        {
            // Lazily: a handle of a run may still wait for its finaliser.
            await Command.Tool("umount", "--lazy", scene.StorePath);
        }
    }

    private static async Task<string> Tar(StoreScene scene)
    {
        Directory.CreateDirectory(scene.InScene("tree"));
        File.WriteAllText(scene.InScene("tree/" + FakeWorkers.FileName), "of a real file");
        await Command.Tool("tar", "--create", "--file", scene.InScene("real.tar"), "--directory", scene.InScene("tree"), ".");
        return scene.InScene("real.tar");
    }

    /// <summary>What <see cref="ImageRequest.Cancel"/> polls, and how to make it readable.</summary>
    private static unsafe (SafeFileHandle Read, Action Interrupt) Interruption()
    {
        int* ends = stackalloc int[2];
        Libc.pipe2(ends, OpenFlags.O_CLOEXEC);
        SafeFileHandle write = new(ends[1], ownsHandle: true);
        return (new SafeFileHandle(ends[0], ownsHandle: true), Interrupt);

        // Its end would not do: what another test starts at this moment has the pipe open too, until it executes.
        void Interrupt()
        {
            byte one = 1;
            _ = Libc.write((int)write.DangerousGetHandle(), &one, 1);
        }
    }
}
