using System.Globalization;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// A tmpfs on the store's "mnt", seen by the child alone: it holds all that the launch builds the root file system from,
/// and with the default scratch space the command's changes.
/// </summary>
internal sealed class Scaffold
{
    private readonly string _prefix;

    private Scaffold(string prefix, Slot? rootDirectory)
    {
        _prefix = prefix;
        RootDirectory = rootDirectory;
    }

    /// <summary>The user's root directory as a detached tree; null where there are layers.</summary>
    public Slot? RootDirectory { get; }

    /// <summary>
    /// Enters the store and mounts it there. The working directory is the store then, so that layers have short names;
    /// where layers come as mounts it is the scaffold itself, because the store is closed to the sandbox's root.
    /// </summary>
    public static Scaffold Mount(ProgramBuilder program, LaunchSettings settings)
    {
        // Taken before the working directory changes: the user's path may be relative.
        Slot? directory = settings is { RootDirectory: { } path, IdMappedLayers: false } ? OpenDirectory(program, path) : null;
        program.For("enter the store", errno => errno == Errno.EACCES ? "every directory on the way needs x for the user who runs sandbox" : null);
        program.ChangeDirectory(settings.StorePath);
        program.For("prepare a place for the root file system");
        int use = program.Use(settings is { ScratchDirectory: null, ScratchSize: null } ? Prepared.Scaffold : null, "mnt");
        program.Mount("tmpfs", "mnt", "tmpfs", MountFlags.MS_NOSUID | MountFlags.MS_NODEV, $"{Limits(settings)},mode=700,uid=0,gid=0");
        program.EndUse(use);
        if (!settings.IdMappedLayers)
        {
            return new Scaffold("mnt/", directory);
        }

        program.ChangeDirectory("mnt");
        return new Scaffold("", directory);
    }

    /// <summary>The name of something in it, relative to the working directory.</summary>
    public string Place(string name) => _prefix + name;

    /// <summary>Makes a directory in it and returns its name.</summary>
    public string Make(ProgramBuilder program, string name, uint mode)
    {
        program.MakeDirectory(Place(name), mode);
        return Place(name);
    }

    private static Slot OpenDirectory(ProgramBuilder program, string path)
    {
        program.For($"use the root directory {path}");
        return program.OpenTree(path, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE);
    }

    // Both limits: without them a tmpfs may take half of the memory, and each empty file a kilobyte of it (tmpfs(5)).
    private static string Limits(LaunchSettings settings) => (settings.ScratchDirectory, settings.ScratchSize) switch
    {
        (not null, _) => "size=1m,nr_inodes=1k",
        (null, ulong size) => string.Create(CultureInfo.InvariantCulture, $"size={size},nr_inodes={Math.Max(1024, size / 4096)}"),
        _ => "size=25%,nr_inodes=400k",
    };
}
