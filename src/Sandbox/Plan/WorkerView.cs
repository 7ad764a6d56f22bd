using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The mounts that a worker of root's sees: the directories that it works on, its own process in /proc, and nothing else. It has
/// no user namespace that would bound it, so that on a kernel without Landlock this is what keeps it from root's other files.
/// </summary>
internal static class WorkerView
{
    private const MountFlags Closed = MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;

    /// <summary>Leaves the process in it; the directories are those that it is to work on, opened anew.</summary>
    /// <param name="descriptors">Its directories are detached copies of mounts: this namespace takes no other of the launcher's.</param>
    public static (Slot Directory, Slot Input) Enter(ProgramBuilder program, WorkerSlots descriptors, WorkerSettings settings)
    {
        NamespacePlan.KeepMountsPrivate(program);
        program.For("give a worker mounts of its own");

        // On top of a directory that every machine has.
        program.Mount("tmpfs", "/proc", "tmpfs", Closed, "size=16k,nr_inodes=8,mode=555");
        program.ChangeDirectory("/proc");

        // Without the machine's own files: root's capabilities go, but sysrq-trigger and core_pattern are its by owner.
        program.MakeDirectory("proc", 0x16D);
        program.Mount("proc", "proc", "proc", Closed, "subset=pid");
        Attach(program, descriptors.Directory, "tree");
        if (settings is { InputIsDirectory: true, InputBeneath: null })
        {
            Attach(program, descriptors.Input, "input");
        }

        program.PivotRoot(".", ".");
        program.Unmount(".", UnmountFlags.MNT_DETACH);
        program.ChangeDirectory("/");
        program.MountSetAttributes(program.Open(".", OpenFlags.O_PATH), MountAttributes.MOUNT_ATTR_RDONLY, recursive: false);

        // A directory's ".." ends at the root of the view: that of a descriptor from outside would not.
        Slot directory = program.Open("tree", OpenFlags.O_DIRECTORY);
        string input = settings.InputBeneath is { } beneath ? "tree/" + beneath : "input";
        return (directory, settings.InputIsDirectory ? program.Open(input, OpenFlags.O_DIRECTORY) : descriptors.Input);
    }

    private static void Attach(ProgramBuilder program, Slot tree, string place)
    {
        program.MakeDirectory(place, 0x16D);
        program.MountSetAttributes(tree, MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC, recursive: false);
        program.MoveMount(tree, place);
    }
}
