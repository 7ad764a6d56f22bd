using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// File systems that the early child makes while it waits for its program, attached nowhere: to make one is slow, to
/// attach it is not. What cannot be made is left to the program's own steps, which say why.
/// </summary>
internal static unsafe class Preparation
{
    private const MountAttributes Closed = MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC;

    /// <summary>Makes them all, in the calling process's namespaces.</summary>
    /// <param name="prepared">Takes the descriptors, by <see cref="PreparedMount"/>.</param>
    public static void Make(int* prepared)
    {
        // What root makes here would be nobody's in the sandbox, whose ids are others. And some filters end the process
        // for a call that they do not let through.
        if (Native.Call(SystemCall.geteuid) == 0 || Native.Call(SystemCall.prctl, (nint)PrctlOption.PR_GET_SECCOMP) != 0)
        {
            return;
        }

        nint context = Open("proc"u8, "proc"u8);
        prepared[(int)PreparedMount.Processes] = Finish(context, Closed);

        context = Open("sysfs"u8, "sysfs"u8);
        Set(context, "ro"u8);
        prepared[(int)PreparedMount.System] = Finish(context, Closed | MountAttributes.MOUNT_ATTR_RDONLY);

        context = Open("tmpfs"u8, "shm"u8);
        Set(context, "mode"u8, "1777"u8);
        SetUsualSize(context);
        prepared[(int)PreparedMount.SharedMemory] = Finish(context, Closed);

        context = Open("tmpfs"u8, "tmpfs"u8);
        Set(context, "mode"u8, "755"u8);
        SetUsualSize(context);
        prepared[(int)PreparedMount.Devices] = Finish(context, MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_STRICTATIME);

        context = Open("tmpfs"u8, "tmpfs"u8);
        Set(context, "ro"u8);
        Set(context, "mode"u8, "555"u8);
        Set(context, "size"u8, "4k"u8);
        Set(context, "nr_inodes"u8, "2"u8);
        prepared[(int)PreparedMount.Empty] = Finish(context, Closed | MountAttributes.MOUNT_ATTR_RDONLY);

        context = Open("mqueue"u8, "mqueue"u8);
        prepared[(int)PreparedMount.MessageQueues] = Finish(context, Closed);
    }

    /// <summary>Attaches one of them where a descriptor and a path lead to; false if there is none, or it cannot be.</summary>
    public static bool Attach(int* prepared, PreparedMount mount, nint directory, nint path)
    {
        const nint byDescriptors = (nint)(MoveMountFlags.MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags.MOVE_MOUNT_T_EMPTY_PATH);
        byte empty = 0;
        return prepared != null && prepared[(int)mount] > 0
            && Native.Call(SystemCall.move_mount, prepared[(int)mount], (nint)(&empty), directory, path, byDescriptors) == 0;
    }

    private static nint Open(ReadOnlySpan<byte> type, ReadOnlySpan<byte> source)
    {
        const nint FSOPEN_CLOEXEC = 1;
        fixed (byte* name = type)
        {
            nint context = Native.Call(SystemCall.fsopen, (nint)name, FSOPEN_CLOEXEC);
            Set(context, "source"u8, source);
            return context;
        }
    }

    private static void SetUsualSize(nint context)
    {
        Set(context, "size"u8, "67108864"u8);
        Set(context, "nr_inodes"u8, "16384"u8);
    }

    private static void Set(nint context, ReadOnlySpan<byte> flag)
    {
        fixed (byte* key = flag)
        {
            Native.Call(SystemCall.fsconfig, context, (nint)FsConfigCommand.FSCONFIG_SET_FLAG, (nint)key);
        }
    }

    private static void Set(nint context, ReadOnlySpan<byte> option, ReadOnlySpan<byte> value)
    {
        fixed (byte* key = option, text = value)
        {
            Native.Call(SystemCall.fsconfig, context, (nint)FsConfigCommand.FSCONFIG_SET_STRING, (nint)key, (nint)text);
        }
    }

    /// <summary>The mount, or 0; with an option missing it would be another than was asked for, so none may fail.</summary>
    private static int Finish(nint context, MountAttributes attributes)
    {
        const nint FSMOUNT_CLOEXEC = 1;
        nint made = Native.Call(SystemCall.fsconfig, context, (nint)FsConfigCommand.FSCONFIG_CMD_CREATE);
        nint mount = made == 0 ? Native.Call(SystemCall.fsmount, context, FSMOUNT_CLOEXEC, (nint)attributes) : -1;
        Native.Call(SystemCall.close, context);
        return mount > 0 ? (int)mount : 0;
    }
}
