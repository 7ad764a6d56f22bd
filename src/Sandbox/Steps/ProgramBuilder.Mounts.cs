using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>The same for the calls that mount: what is mounted, where, and what becomes of the root.</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>mount(2), the target relative to the working directory.</summary>
    public void Mount(string? source, string target, string? type, MountFlags flags, string? data = null, Errno tolerated = Errno.None) =>
        Call(SystemCall.mount, new(Text(source), Text(target), Text(type), (nint)flags, Text(data)), tolerated: tolerated);

    /// <summary>umount2(2).</summary>
    public void Unmount(string target, UnmountFlags flags) => Call(SystemCall.umount2, new(Text(target), (nint)flags));

    /// <summary>pivot_root(2).</summary>
    public void PivotRoot(string newRoot, string putOld) => Call(SystemCall.pivot_root, new(Text(newRoot), Text(putOld)));

    /// <summary>chroot(2), relative to the working directory.</summary>
    public void ChangeRoot(string path) => Call(SystemCall.chroot, new(Text(path)));

    /// <summary>open_tree(2), relative to the working directory.</summary>
    public Slot OpenTree(string path, OpenTreeFlags flags)
    {
        Slot tree = NewSlot(path);
        Call(SystemCall.open_tree, new(Here, Text(path), (nint)(flags | OpenTreeFlags.OPEN_TREE_CLOEXEC)), tree);
        return tree;
    }

    /// <summary>open_tree(2) of what a descriptor names; absent where the descriptor is.</summary>
    public Slot OpenTree(Slot place, OpenTreeFlags flags)
    {
        Slot tree = NewSlot(_slots[place.Index]);
        Call(SystemCall.open_tree, new(place, Text(""), (nint)(flags | OpenTreeFlags.AT_EMPTY_PATH | OpenTreeFlags.OPEN_TREE_CLOEXEC)), tree);
        return tree;
    }

    /// <summary>move_mount(2): attaches a tree onto the place that a descriptor names.</summary>
    public void MoveMount(Slot tree, Slot target)
    {
        const MoveMountFlags flags = MoveMountFlags.MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags.MOVE_MOUNT_T_EMPTY_PATH;
        Call(SystemCall.move_mount, new(tree, Text(""), target, Text(""), (nint)flags));
    }

    /// <summary>move_mount(2): attaches a tree at a path relative to the working directory, where nothing foreign is.</summary>
    public void MoveMount(Slot tree, string path) =>
        Call(SystemCall.move_mount, new(tree, Text(""), Here, Text(path), (nint)MoveMountFlags.MOVE_MOUNT_F_EMPTY_PATH));

    /// <summary>mount_setattr(2) of the mount that a descriptor names, and of those below it when asked.</summary>
    public void MountSetAttributes(Slot mount, MountAttributes set, bool recursive, MountAttributes clear = MountAttributes.None, MountFlags propagation = MountFlags.None)
    {
        MountAttr* attributes = Arena.Put(new MountAttr { Set = (ulong)set, Clear = (ulong)clear, Propagation = (ulong)propagation });
        AtFlags flags = AtFlags.AT_EMPTY_PATH | (recursive ? AtFlags.AT_RECURSIVE : AtFlags.None);
        Call(SystemCall.mount_setattr, new(mount, Text(""), (nint)flags, (nint)attributes, sizeof(MountAttr)));
    }

    /// <summary>fsopen(2).</summary>
    public Slot FsOpen(string type)
    {
        const nint FSOPEN_CLOEXEC = 1;
        Slot context = NewSlot(type);
        Call(SystemCall.fsopen, new(Text(type), FSOPEN_CLOEXEC), context);
        return context;
    }

    /// <summary>fsconfig(2) of an option with a value, which must be shorter than 256 bytes.</summary>
    public void FsConfig(Slot context, string key, string value) =>
        Call(SystemCall.fsconfig, new(context, (nint)FsConfigCommand.FSCONFIG_SET_STRING, Text(key), Text(value)));

    /// <summary>fsconfig(2) of an option without a value.</summary>
    public void FsConfigFlag(Slot context, string key) =>
        Call(SystemCall.fsconfig, new(context, (nint)FsConfigCommand.FSCONFIG_SET_FLAG, Text(key)));

    /// <summary>fsconfig(2) that makes the file system, then fsmount(2): a mount that is attached nowhere yet.</summary>
    public Slot FsMount(Slot context, MountAttributes attributes)
    {
        const nint FSMOUNT_CLOEXEC = 1;
        Slot mount = NewSlot("mount");
        Call(SystemCall.fsconfig, new(context, (nint)FsConfigCommand.FSCONFIG_CMD_CREATE));
        Call(SystemCall.fsmount, new(context, FSMOUNT_CLOEXEC, (nint)attributes), mount);
        return mount;
    }
}
