using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox bundle</c>.</summary>
internal static class BundleCommand
{
    private const string Tree = "rootfs";
    private const uint Readable = 0x1A4, Enterable = 0x1ED;

    public static int Run(BundleOptions options)
    {
        using SafeFileHandle signals = Supervision.OpenEndSignals();
        using StoreAccess access = StoreAccess.Open(options, launches: true);
        RunOptions run = new() { Image = options.Image, Command = options.Command, UserNamespace = options.UserNamespace, Root = options.Root, Quiet = options.Quiet, Platform = options.Platform, Progress = options.Progress, Terminal = false };
        using RootfsSource source = RunCommand.OpenImage(run, access);
        if (source.Directory is not null)
        {
            throw new SandboxException($"cannot make a bundle of {options.Image}", "it is a directory already", "copy it to DIR/rootfs");
        }

        // What can be wrong comes before the directory is made, so that no empty one is left behind.
        string config = BundleConfig.Write(RunCgroup.Show(run, RunCommand.Specify(run, PassedDescriptors.None, source, access.Ids.Maps)));
        using SafeFileHandle directory = Make(options.Directory);
        Close(directory, access.Ids.Maps, options.Directory);
        using (SafeFileHandle rootfs = MakeRootfs(directory, options.Directory))
        {
            TreeMerge.Run(access.Workers.Start, access.Store, rootfs, [.. source.LayerDirectories], copy: true, signals);
        }

        // The config last: a bundle that has one is whole.
        WriteConfig(directory, config, options.Directory);
        return 0;
    }

    private static SafeFileHandle Make(string path)
    {
        try
        {
            Directory.CreateDirectory(path, (UnixFileMode)Enterable);
            string[] entries = Directory.GetFileSystemEntries(path);
            if (entries.Length > 0)
            {
                throw entries is [var only] && Path.GetFileName(only) == Tree
                    ? new SandboxException(
                        $"cannot make a bundle in {path}", $"it holds a {Tree} without config.json, as a bundle does that was not finished",
                        $"'rm -rf {path}' removes it, and 'unshare --map-root-user --map-auto rm -rf {path}' what belongs to ids beside your own")
                    : new SandboxException($"cannot make a bundle in {path}", "it is not empty", "name a new directory");
            }
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            // Where a file is in the way, the class library says that the directory exists already.
            string why = File.Exists(path) ? SandboxException.Describe(Errno.ENOTDIR) : FileFailure.Why(failure);
            throw new SandboxException($"cannot make a bundle in {path}", why, "name a new directory, where you may write");
        }

        return ImageInput.OpenDirectory(path);
    }

    /// <summary>
    /// The image's setuid programs lie in it, and are its owner's: root's, for one. Nobody comes to them but he, and who is root
    /// in the container, who passes here on the way to his root directory.
    /// </summary>
    private static void Close(SafeFileHandle directory, IdMaps maps, string path)
    {
        const uint ownersOnly = 0x1C0, groupMayPass = 0x1C8;
        bool isOther = maps.HasUserNamespace && maps.Uids[0].HostId != Libc.geteuid();
        if ((isOther && Libc.fchown(directory.Descriptor(), uint.MaxValue, maps.Gids[0].HostId) != 0)
            || Libc.fchmod(directory, isOther ? groupMayPass : ownersOnly) != 0)
        {
            throw SandboxException.FromLastError($"cannot close {path} to others", "name a new directory");
        }
    }

    private static void WriteConfig(SafeFileHandle directory, string config, string path)
    {
        using SafeFileHandle file = Libc.openat(
            directory.Descriptor(), ConfigReader.FileName, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, Readable);
        if (file.IsInvalid || !Libc.TryWriteAll(file, Encoding.UTF8.GetBytes(config)))
        {
            throw SandboxException.OfWriting($"cannot write {path}/config.json");
        }
    }

    private static SafeFileHandle MakeRootfs(SafeFileHandle directory, string path)
    {
        const OpenFlags asDirectory = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
        SafeFileHandle tree = Libc.mkdirat(directory, Tree, Enterable) == 0
            ? Libc.openat(directory.Descriptor(), Tree, asDirectory, 0)
            : new SafeFileHandle();
        return tree.IsInvalid ? throw SandboxException.FromLastError($"cannot make {path}/{Tree}") : tree;
    }
}
