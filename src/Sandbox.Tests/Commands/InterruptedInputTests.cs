using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Commands;

/// <summary>An archive may never come to its end, or take long to unpack: whoever gives up is obeyed at once.</summary>
public class InterruptedInputTests
{
    [Test]
    [Arguments("run", (int)Signal.SIGTERM)]
    [Arguments("run", (int)Signal.SIGINT)]
    [Arguments("run", (int)Signal.SIGHUP)]
    [Arguments("load", (int)Signal.SIGTERM)]
    [Category(Category.Root)]
    public async Task A_signal_ends_it_and_nothing_is_left(string verb, int signal)
    {
        using ImageScene scene = new();
        using Process process = Process.Start(new ProcessStartInfo(Repository.Executable, ["--root", scene.Store, verb, "-q", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;

        // With the first bytes in the store it is at work, and waits for more, which do not come.
        await process.StandardInput.BaseStream.WriteAsync(new byte[1000]);
        await process.StandardInput.BaseStream.FlushAsync();
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!Spooled(scene.Store).Any(file => file.Length == 1000))
        {
            deadline.Token.ThrowIfCancellationRequested();
        }

        Libc.kill(process.Id, (Signal)signal);
        await Assert.That(await process.StandardError.ReadToEndAsync(deadline.Token)).IsEqualTo("sandbox: cannot unpack -: interrupted\n");
        await process.WaitForExitAsync(deadline.Token);
        await Assert.That(process.ExitCode).IsEqualTo(128 + signal);
        await Assert.That(scene.Left).IsEmpty();
    }

    /// <summary>One entry again and again keeps the worker busy for seconds; what it has begun is seen in the store.</summary>
    [Test]
    [Arguments("run", (int)Signal.SIGTERM)]
    [Arguments("run", (int)Signal.SIGINT)]
    [Arguments("load", (int)Signal.SIGTERM)]
    [Arguments("load", (int)Signal.SIGINT)]
    [Category(Category.Root)]
    public async Task So_it_is_while_the_archive_is_unpacked(string verb, int signal)
    {
        using ImageScene scene = new();
        await scene.Shell("python3 -c 'import tarfile; open(\"long.tar\", \"wb\").write(500000 * tarfile.TarInfo(\"dir/file\").tobuf())'");
        using Process process = Process.Start(new ProcessStartInfo(Repository.Executable, ["--root", scene.Store, verb, "-q", scene.In("long.tar")]) { RedirectStandardError = true })!;
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!Unpacked(scene.Store))
        {
            deadline.Token.ThrowIfCancellationRequested();
        }

        Libc.kill(process.Id, (Signal)signal);
        await Assert.That(await process.StandardError.ReadToEndAsync(deadline.Token)).IsEqualTo($"sandbox: cannot unpack {scene.In("long.tar")}: interrupted\n");
        await process.WaitForExitAsync(deadline.Token);
        await Assert.That(process.ExitCode).IsEqualTo(128 + signal);
        await Assert.That(scene.Left).IsEmpty();
    }

    /// <summary>A signal that is pending from the start comes while it works, however fast that is.</summary>
    [Test]
    [Arguments("save a -o out.tar", "")]
    [Arguments("bundle a out true", "out\nout/rootfs\n")]
    public async Task What_writes_an_image_is_given_up_too(string verb, string left)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Good("load", "oci:app", "--tag", "a");
        await IsGivenUp(scene, verb);
        await Assert.That(await scene.Shell("find . -path './out*' -not -path './out/rootfs/*' | sed 's,./,,' | sort")).IsEqualTo(left);
    }

    /// <summary>Who removes images may take long, and nothing is added meanwhile.</summary>
    [Test]
    [Arguments("load oci:app")]
    [Arguments("run oci:app")]
    [Arguments("load l1.tar")]
    public async Task So_is_waiting_for_who_removes_images(string verb)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Good("images");
        using SafeFileHandle images = Libc.openat(Libc.AT_FDCWD, Path.Combine(scene.Store, "images"), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        await Assert.That(Libc.flock(images, LockOperation.LOCK_EX)).IsEqualTo(0);
        await IsGivenUp(scene, verb);
        await Assert.That(await scene.Shell("cat error")).IsEqualTo($"sandbox: cannot add to the store {scene.Store}: interrupted\n");
        await Assert.That(scene.Left).IsEmpty();
    }

    /// <summary>What somebody has yet to open is waited for as what he has yet to write.</summary>
    [Test]
    public async Task A_named_pipe_is_an_archive_that_may_never_come()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell($"mkfifo pipe; tar --create --directory oci --file layout.tar . && gzip layout.tar; cat layout.tar.gz >pipe & {Repository.Executable} --root {scene.Store} load pipe");
        await IsGivenUp(scene, "load pipe");
        await Assert.That(Directory.GetFileSystemEntries(Path.Combine(scene.Store, "tmp"))).IsEmpty();
    }

    private static async Task IsGivenUp(ImageScene scene, string verb)
    {
        string code = await scene.Shell($"""
            python3 -c 'import os, signal, sys
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); os.kill(os.getpid(), signal.SIGTERM); os.execv(sys.argv[1], sys.argv[1:])' {Repository.Executable} --root {scene.Store} {verb} 2>error || echo $?
            """);
        await Assert.That(code).IsEqualTo("143\n");
        await Assert.That(await scene.Shell("cat error")).Contains(": interrupted");
    }

    /// <summary>Whether the tree of an archive has its first directory.</summary>
    private static bool Unpacked(string store)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(store, "tmp")).EnumerateDirectories("dir", SearchOption.AllDirectories).Any();
        }
        catch (IOException)
        {
            // It is just being made.
            return false;
        }
    }

    private static IEnumerable<FileInfo> Spooled(string store)
    {
        try
        {
            return [.. new DirectoryInfo(Path.Combine(store, "tmp")).EnumerateFiles("archive", SearchOption.AllDirectories)];
        }
        catch (IOException)
        {
            // It is just being made.
            return [];
        }
    }
}
