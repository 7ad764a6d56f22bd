using Microsoft.Win32.SafeHandles;
using Sandbox.Plan;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>Descriptors of the namespaces of a process (namespaces(7)), by which others can enter them.</summary>
internal sealed class NamespaceFiles : IDisposable
{
    private readonly SafeFileHandle[] _files;

    private NamespaceFiles(SafeFileHandle[] files) => _files = files;

    /// <summary>One of each kind.</summary>
    public IReadOnlyList<SafeFileHandle> All => _files;

    /// <summary>Takes them from somewhere one by one, in the order of <see cref="NamespaceSendPlan.Kinds"/>.</summary>
    /// <exception cref="SandboxException">What <paramref name="receive"/> throws where one does not come.</exception>
    public static NamespaceFiles Receive(Func<SafeFileHandle> receive)
    {
        NamespaceFiles files = new(new SafeFileHandle[NamespaceSendPlan.Kinds.Length]);
        try
        {
            for (int i = 0; i < files._files.Length; i++)
            {
                files._files[i] = receive();
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Those of a process. They are its own only if it is still there afterwards, which <paramref name="pidfd"/> tells:
    /// another one may have got the number.
    /// </summary>
    public static NamespaceFiles Open(int pid, int pidfd)
    {
        int kind = 0;
        NamespaceFiles files = Receive(() =>
        {
            string name = NamespaceSendPlan.Kinds[kind++];
            SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, $"/proc/{pid}/ns/{name}", OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
            return file.IsInvalid
                ? throw SandboxException.FromLastError($"cannot open the {name} namespace of process {pid}", "the kernel must have namespaces of all kinds, and the process must be the caller's and dumpable")
                : file;
        });
        if (Libc.pidfd_send_signal(pidfd, Signal.None) == 0)
        {
            return files;
        }

        SandboxException failure = SandboxException.FromLastError($"cannot enter the namespaces of process {pid}");
        files.Dispose();
        throw failure;
    }

    /// <summary>Whether a process is in this process's user namespace; false where that cannot be looked at.</summary>
    public static bool SharesUsers(int pid) =>
        Libc.statx(Libc.AT_FDCWD, "/proc/self/ns/user", AtFlags.None, out Statx own) == 0
        && Libc.statx(Libc.AT_FDCWD, $"/proc/{pid}/ns/user", AtFlags.None, out Statx other) == 0
        && own.Inode == other.Inode && own.DeviceMinor == other.DeviceMinor;

    /// <summary>Puts those that this process is not in itself into the slots of a program.</summary>
    public void Fill(LaunchProgram program, JoinSlots slots)
    {
        ReadOnlySpan<Slot> places = [slots.User, slots.Pid, slots.Ipc, slots.Uts, slots.Net, slots.Cgroup, slots.Time, slots.Mount];
        for (int i = 0; i < _files.Length; i++)
        {
            if (!IsOwn(NamespaceSendPlan.Kinds[i], _files[i]))
            {
                program.Fill(places[i], _files[i].Descriptor());
            }
        }
    }

    public void Dispose()
    {
        foreach (SafeFileHandle? file in _files)
        {
            // Where one did not come, those behind it did not either.
            file?.Dispose();
        }
    }

    /// <summary>A namespace is the inode of its file; entering one's own user namespace is an error (setns(2)).</summary>
    private static bool IsOwn(string name, SafeFileHandle file) =>
        Libc.statx(Libc.AT_FDCWD, "/proc/self/ns/" + name, AtFlags.None, out Statx own) == 0
        && Libc.statx(file, out Statx other) == 0
        && own.Inode == other.Inode && own.DeviceMinor == other.DeviceMinor;
}
