using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Runs sandbox from what nobody can write: where no user namespace stands between the command and the launcher, a command
/// that reached /proc/PID/exe would reach the installed file (CVE-2019-5736). That is the same file through a read-only mount
/// of its own, which is attached nowhere and so cannot be made writable again; where there is none to be had, a sealed copy
/// in memory, which takes some milliseconds.
/// </summary>
internal static unsafe class SealedCopy
{
    private const string Self = "/proc/self/exe";
    private const FileSeals AllSeals = FileSeals.F_SEAL_WRITE | FileSeals.F_SEAL_SHRINK | FileSeals.F_SEAL_GROW | FileSeals.F_SEAL_SEAL;

    /// <summary>
    /// Executes the copy with the same arguments and environment, unless this process already is one. Returns in that
    /// case only.
    /// </summary>
    public static void Become(IReadOnlyCollection<string> arguments)
    {
        if (IsSealed())
        {
            return;
        }

        SafeFileHandle copy = TryView() ?? Copy();

        // The copy has to find the signal mask that this process was given, not the one that it set itself.
        Libc.sigprocmask(SignalMaskChange.SIG_SETMASK, BeforeRuntime.SignalMask);
        using TextArray words = new(arguments);
        Libc.execv($"/proc/self/fd/{copy.Descriptor()}", words.First);
        throw Failure();
    }

    private static bool IsSealed()
    {
        using SafeFileHandle self = Libc.openat(Libc.AT_FDCWD, Self, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        return !self.IsInvalid && (IsReadOnly(self) || (Libc.GetSeals(self) is var seals and >= 0 && ((FileSeals)seals).HasFlag(AllSeals)));
    }

    private static bool IsReadOnly(SafeFileHandle file) =>
        Libc.fstatvfs(file, out FileSystemStatus status) == 0 && (status.Flags & FileSystemStatus.ReadOnly) != 0;

    /// <summary>The executable on a mount that belongs to no namespace and is read-only; null where the caller may make none.</summary>
    private static SafeFileHandle? TryView()
    {
        using SafeFileHandle here = new(Libc.AT_FDCWD, ownsHandle: false);
        SafeFileHandle view = Libc.open_tree(here, Self, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.OPEN_TREE_CLOEXEC);
        MountAttr closed = new() { Set = (ulong)(MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV) };
        if (!view.IsInvalid && Libc.mount_setattr(view, in closed) == 0)
        {
            return view;
        }

        view.Dispose();
        return null;
    }

    private static SafeFileHandle Copy()
    {
        using SafeFileHandle self = Libc.openat(Libc.AT_FDCWD, Self, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        SafeFileHandle copy = self.IsInvalid ? throw Failure() : Create();
        if (copy.IsInvalid)
        {
            throw Failure();
        }

        nint copied;
        while ((copied = Libc.sendfile(copy, self, null, int.MaxValue)) > 0)
        {
        }

        return copied == 0 && Libc.AddSeals(copy, AllSeals) == 0 ? copy : throw Failure();
    }

    /// <summary>Linux 6.3 wants to be told that a memory file is to be executed, where vm.memfd_noexec is 1; before, the flag is unknown (EINVAL).</summary>
    private static SafeFileHandle Create()
    {
        const MemoryFileFlags flags = MemoryFileFlags.MFD_CLOEXEC | MemoryFileFlags.MFD_ALLOW_SEALING;
        SafeFileHandle copy = Libc.memfd_create("sandbox", flags | MemoryFileFlags.MFD_EXEC);
        return copy.IsInvalid && (Errno)Marshal.GetLastPInvokeError() == Errno.EINVAL ? Libc.memfd_create("sandbox", flags) : copy;
    }

    private static SandboxException Failure()
    {
        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return SandboxException.FromErrno(
            "cannot make a sealed copy of sandbox", errno, OwnProcess.HintOf(errno) ?? "sysctl vm.memfd_noexec must be 0 or 1, and /proc mounted; or use --userns auto");
    }
}
