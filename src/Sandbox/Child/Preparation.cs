using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// What the early child does of its program while it waits for it. Above all it makes file systems, attached nowhere: to
/// make one is slow, to attach it is not. What cannot be done is left to the program's own steps, which say why.
/// </summary>
internal static unsafe class Preparation
{
    private const MountAttributes Closed = MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC;

    /// <summary>Does it all, in the calling process's namespaces.</summary>
    /// <param name="start">Takes what was done, by <see cref="Prepared"/>.</param>
    public static void Make(EarlyStart* start)
    {
        RaiseLoopback(start);

        // Some filters end the process for a call that they do not let through.
        if (Native.Call(SystemCall.prctl, (nint)PrctlOption.PR_GET_SECCOMP) != 0)
        {
            return;
        }

        Bound(start);

        // What root makes would be nobody's in the sandbox, whose ids are others.
        if (start->IsOfRoot == 0)
        {
            MakeMounts(start);
        }
    }

    private static void MakeMounts(EarlyStart* start)
    {
        int* prepared = start->Prepared;
        nint context = Open("tmpfs"u8, "tmpfs"u8);
        Set(&context, "mode"u8, "700"u8);
        Set(&context, "size"u8, "25%"u8);
        Set(&context, "nr_inodes"u8, "400k"u8);
        prepared[(int)Prepared.Scaffold] = Finish(context, MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV);

        context = Open("proc"u8, "proc"u8);
        prepared[(int)Prepared.Processes] = Finish(context, Closed);

        context = Open("sysfs"u8, "sysfs"u8);
        Set(&context, "ro"u8);
        prepared[(int)Prepared.System] = Finish(context, Closed | MountAttributes.MOUNT_ATTR_RDONLY);

        context = Open("tmpfs"u8, "shm"u8);
        Set(&context, "mode"u8, "1777"u8);
        SetUsualSize(&context);
        prepared[(int)Prepared.SharedMemory] = Finish(context, Closed);

        context = Open("tmpfs"u8, "tmpfs"u8);
        Set(&context, "mode"u8, "755"u8);
        SetUsualSize(&context);
        prepared[(int)Prepared.Devices] = Finish(context, MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_STRICTATIME);

        context = Open("tmpfs"u8, "tmpfs"u8);
        Set(&context, "ro"u8);
        Set(&context, "mode"u8, "555"u8);
        Set(&context, "size"u8, "4k"u8);
        Set(&context, "nr_inodes"u8, "2"u8);
        prepared[(int)Prepared.Empty] = Finish(context, Closed | MountAttributes.MOUNT_ATTR_RDONLY);

        context = Open("mqueue"u8, "mqueue"u8);
        prepared[(int)Prepared.MessageQueues] = Finish(context, Closed);
    }

    /// <summary>Brings the loopback interface up.</summary>
    private static void RaiseLoopback(EarlyStart* start)
    {
        InterfaceRequest* loopback = stackalloc InterfaceRequest[2];
        loopback->NameLow = 'l' | ('o' << 8);
        loopback->NameHigh = 0;
        loopback->Flags = InterfaceRequest.Up;
        nint socket = Native.Call(SystemCall.socket, (nint)AddressFamily.AF_UNIX, (nint)(SocketType.SOCK_DGRAM | SocketType.SOCK_CLOEXEC), 0);
        start->Prepared[(int)Prepared.Loopback] = Native.Call(SystemCall.ioctl, socket, (nint)SocketRequest.SIOCSIFFLAGS, (nint)loopback) == 0 ? 1 : 0;
        Native.Call(SystemCall.close, socket);
    }

    /// <summary>
    /// Lets go of the capabilities that no usual command has. Its processes get them from this one, and who drops thirty one
    /// by one makes thirty sets of credentials.
    /// </summary>
    private static void Bound(EarlyStart* start)
    {
        const int most = 64;
        if (start->IsBounded == 0)
        {
            return;
        }

        for (int capability = 0; capability < most; capability++)
        {
            if ((EarlyStart.Capabilities & (1UL << capability)) != 0 || Native.Call(SystemCall.prctl, (nint)PrctlOption.PR_CAPBSET_DROP, capability) == 0)
            {
                continue;
            }

            if (*Native.ErrnoLocation() != (int)Errno.EINVAL)
            {
                return;
            }

            // Their numbers have no gaps: the kernel knows no more.
            break;
        }

        start->Prepared[(int)Prepared.Bounding] = 1;
    }

    /// <summary>
    /// Whether something was done already; a mount is attached where a descriptor and a path lead to. If that cannot be, it
    /// was not: the steps for it do what can be done there, or say why it cannot.
    /// </summary>
    public static bool Use(EarlyStart* start, Prepared what, nint directory, nint path)
    {
        int made = start == null ? 0 : start->Prepared[(int)what];
        if (made <= 0 || what >= Prepared.Loopback)
        {
            return made > 0;
        }

        // Once: a second step like the first would carry away what that has attached.
        start->Prepared[(int)what] = -made;
        const nint byDescriptors = (nint)(MoveMountFlags.MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags.MOVE_MOUNT_T_EMPTY_PATH);
        byte empty = 0;
        nint moved = Native.Call(SystemCall.move_mount, made, (nint)(&empty), directory, path, byDescriptors);
        Native.Call(SystemCall.close, made);
        return moved == 0;
    }

    /// <summary>A context to make a file system in, or -1; whatever fails makes it -1, for with an option missing it would be another than was asked for.</summary>
    private static nint Open(ReadOnlySpan<byte> type, ReadOnlySpan<byte> source)
    {
        const nint FSOPEN_CLOEXEC = 1;
        fixed (byte* name = type)
        {
            nint context = Native.Call(SystemCall.fsopen, (nint)name, FSOPEN_CLOEXEC);
            Set(&context, "source"u8, source);
            return context;
        }
    }

    private static void SetUsualSize(nint* context)
    {
        Set(context, "size"u8, "67108864"u8);
        Set(context, "nr_inodes"u8, "16384"u8);
    }

    private static void Set(nint* context, ReadOnlySpan<byte> flag)
    {
        fixed (byte* key = flag)
        {
            Check(context, Native.Call(SystemCall.fsconfig, *context, (nint)FsConfigCommand.FSCONFIG_SET_FLAG, (nint)key));
        }
    }

    private static void Set(nint* context, ReadOnlySpan<byte> option, ReadOnlySpan<byte> value)
    {
        fixed (byte* key = option, text = value)
        {
            Check(context, Native.Call(SystemCall.fsconfig, *context, (nint)FsConfigCommand.FSCONFIG_SET_STRING, (nint)key, (nint)text));
        }
    }

    private static void Check(nint* context, nint result)
    {
        if (result < 0)
        {
            Close(*context);
            *context = -1;
        }
    }

    /// <summary>The mount, or 0.</summary>
    private static int Finish(nint context, MountAttributes attributes)
    {
        const nint FSMOUNT_CLOEXEC = 1;
        Check(&context, Native.Call(SystemCall.fsconfig, context, (nint)FsConfigCommand.FSCONFIG_CMD_CREATE));
        nint mount = Native.Call(SystemCall.fsmount, context, FSMOUNT_CLOEXEC, (nint)attributes);
        Close(context);
        return mount > 0 ? (int)mount : 0;
    }

    private static void Close(nint context)
    {
        if (context >= 0)
        {
            Native.Call(SystemCall.close, context);
        }
    }
}
