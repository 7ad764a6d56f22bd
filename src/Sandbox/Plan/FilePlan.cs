using System.Collections.Immutable;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The small files of sandbox's own making (/etc/hosts and the like). Where their directory is a plain one of the image,
/// they are put into the overlay's upper directory before it is mounted, which costs no mount and lets the command
/// replace them; elsewhere, and below what the user mounts, they are bound over what is there. The image stays as it is.
/// </summary>
internal sealed class FilePlan
{
    private const OpenFlags NewFile = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;

    private readonly ImmutableArray<(GeneratedFile File, PlainDirectory Directory)> _plain;
    private readonly ImmutableArray<GeneratedFile> _others;
    private readonly List<(GeneratedFile File, Slot Tree)> _written = [];

    private readonly bool _marks;

    private FilePlan(ImmutableArray<(GeneratedFile File, PlainDirectory Directory)> plain, ImmutableArray<GeneratedFile> others, bool marks)
    {
        _plain = plain;
        _others = others;
        _marks = marks;
    }

    /// <summary>What they leave in the upper directory: the plain ones and their directories, and what the others are bound over.</summary>
    public ImmutableArray<OwnEntry> OwnEntries()
    {
        ImmutableArray<OwnEntry>.Builder own = ImmutableArray.CreateBuilder<OwnEntry>();
        string last = "";
        foreach ((GeneratedFile file, PlainDirectory directory) in _plain)
        {
            if (directory.Name != last)
            {
                own.Add(new OwnEntry(directory.Name, directory.Modified, directory.Mode));
                last = directory.Name;
            }

            own.Add(new OwnEntry(file.Destination[1..], directory.Modified, file.Mode));
        }

        foreach (GeneratedFile file in _others)
        {
            own.Add(new OwnEntry(file.Destination[1..], null, file.Mode));
        }

        return own.ToImmutable();
    }

    /// <summary>Decides for each file which of the two ways it takes.</summary>
    public static FilePlan Decide(RuntimeSpec spec, LaunchSettings settings)
    {
        ImmutableArray<(GeneratedFile File, PlainDirectory Directory)>.Builder plain = ImmutableArray.CreateBuilder<(GeneratedFile, PlainDirectory)>();
        ImmutableArray<GeneratedFile>.Builder others = ImmutableArray.CreateBuilder<GeneratedFile>();
        foreach (GeneratedFile file in spec.Files)
        {
            if (Find(settings.PlainDirectories, file) is { } directory && !IsMountedOver(spec.Mounts, file))
            {
                plain.Add((file, directory));
            }
            else
            {
                others.Add(file);
            }
        }

        return new FilePlan(plain.ToImmutable(), others.ToImmutable(), settings.MarksOwnFiles);
    }

    /// <summary>Makes the plain ones in the upper directory, which no overlay uses yet.</summary>
    public void FillUpper(ProgramBuilder program, string upper)
    {
        PlainDirectory? current = null;
        foreach ((GeneratedFile file, PlainDirectory directory) in _plain)
        {
            program.For("write " + file.Destination, RoomHint);
            if (current != directory)
            {
                Close(program, upper, current);
                current = directory;
                program.MakeDirectory(upper + "/" + directory.Name, directory.Mode);
            }

            program.WriteFile(upper + file.Destination, file.Text, NewFile, file.Mode);
            if (_marks)
            {
                // A time by which it is known again.
                program.SetTimes(upper + file.Destination, directory.Modified);
            }
        }

        Close(program, upper, current);
    }

    /// <summary>Writes the others into the scaffold.</summary>
    public void WriteOthers(ProgramBuilder program, Scaffold scaffold)
    {
        foreach (GeneratedFile file in _others)
        {
            program.For("write " + file.Destination, RoomHint);
            string name = scaffold.Place("file" + (char)('a' + _written.Count));
            program.WriteFile(name, file.Text, NewFile, file.Mode);
            _written.Add((file, program.OpenTree(name, OpenTreeFlags.OPEN_TREE_CLONE)));
        }
    }

    /// <summary>Binds the others to their places.</summary>
    public void Bind(ProgramBuilder program, RootPlan root)
    {
        foreach ((GeneratedFile file, Slot tree) in _written)
        {
            program.For("put " + file.Destination + " into the sandbox", Hint);

            // EACCES: a root directory of another user's, whose ids are not mapped, takes no new files. It does without.
            program.MoveMount(tree, program.FindTarget(root.Root, file.Destination, ProgramBuilder.TargetKind.File, tolerated: Errno.EACCES));
        }
    }

    /// <summary>The merged directory shows the times of the upper one: they are to be the image's.</summary>
    private static void Close(ProgramBuilder program, string upper, PlainDirectory? directory)
    {
        if (directory is { } filled)
        {
            program.SetTimes(upper + "/" + filled.Name, filled.Modified);
        }
    }

    private static PlainDirectory? Find(ImmutableArray<PlainDirectory> directories, GeneratedFile file)
    {
        int end = file.Destination.LastIndexOf('/');
        foreach (PlainDirectory directory in directories)
        {
            if (file.Destination.AsSpan(1, Math.Max(end - 1, 0)).SequenceEqual(directory.Name))
            {
                return directory;
            }
        }

        return null;
    }

    private static bool IsMountedOver(ImmutableArray<MountSpec> mounts, GeneratedFile file)
    {
        foreach (MountSpec mount in mounts)
        {
            if (file.Destination.StartsWith(mount.Destination, StringComparison.Ordinal)
                && (file.Destination.Length == mount.Destination.Length || file.Destination[mount.Destination.Length] == '/'))
            {
                return true;
            }
        }

        return false;
    }

    private static string? RoomHint(Errno errno) =>
        errno == Errno.ENOSPC ? "sandbox's own small files must fit into the scratch space, too: give --scratch more, or free some of the disk" : null;

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.ELOOP => "the image has a symbolic link there that leads to itself",
        Errno.ENOTDIR => "the image has a file where a directory must be, or a directory in its place",
        _ => null,
    };
}
