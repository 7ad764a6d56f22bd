using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>
/// The lock that a sandbox's supervisor holds as long as there is something to supervise, by the kernel's account: it goes
/// with the process, however that ends. The file of the lock takes the exit code, for those who wait for it.
/// </summary>
internal sealed unsafe class OwnerLock : IDisposable
{
    private const string Name = "owner";
    private const uint OwnersOnly = 0x180; // 0600
    private const int LongestCode = 16;

    private readonly SafeFileHandle _file;

    private OwnerLock(SafeFileHandle file) => _file = file;

    /// <summary>Makes the file in a new directory, and takes the lock.</summary>
    public static OwnerLock Take(SafeFileHandle directory)
    {
        OwnerLock made = new(Libc.openat(directory.Descriptor(), Name, OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, OwnersOnly));
        if (made._file.IsInvalid || Libc.flock(made._file, LockOperation.LOCK_EX | LockOperation.LOCK_NB) != 0)
        {
            SandboxException failure = SandboxException.FromLastError("cannot lock the state of the sandbox");
            made.Dispose();
            throw failure;
        }

        // So that there is room for the code at the end, whatever else has filled the disk until then.
        made.Write(new string(' ', LongestCode));
        return made;
    }

    /// <summary>Opens the file to look at the lock; null where the sandbox was never whole, or is being removed.</summary>
    public static OwnerLock? TryOpen(SafeFileHandle directory)
    {
        SafeFileHandle file = Libc.openat(directory.Descriptor(), Name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
        return file.IsInvalid ? null : new OwnerLock(file);
    }

    /// <summary>Whether a living supervisor holds it.</summary>
    public bool IsHeld()
    {
        if (Libc.flock(_file, LockOperation.LOCK_SH | LockOperation.LOCK_NB) != 0)
        {
            return true;
        }

        Libc.flock(_file, LockOperation.LOCK_UN);
        return false;
    }

    /// <summary>Waits until nobody holds it: the supervisor has ended, and has told all that it had to tell.</summary>
    public void Await()
    {
        while (Libc.flock(_file, LockOperation.LOCK_SH) != 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw SandboxException.FromLastError("cannot wait for the sandbox");
            }
        }

        Libc.flock(_file, LockOperation.LOCK_UN);
    }

    /// <summary>The owner leaves the exit code behind.</summary>
    public void Leave(int code) => Write(code.ToString(CultureInfo.InvariantCulture));

    /// <summary>The exit code that was left behind; null where the owner ended without a word.</summary>
    public int? Code
    {
        get
        {
            byte* text = stackalloc byte[LongestCode];
            nint length = Libc.pread(_file, text, LongestCode, 0);
            return length > 0 && int.TryParse(new ReadOnlySpan<byte>(text, (int)length), CultureInfo.InvariantCulture, out int code) ? code : null;
        }
    }

    /// <summary>When the owner wrote last.</summary>
    public Moment? Written =>
        Libc.statx(_file, out Statx status) == 0 ? new Moment((status.Modified.Seconds * 1000) + (status.Modified.Nanoseconds / 1_000_000)) : null;

    public void Dispose() => _file.Dispose();

    private void Write(string text)
    {
        fixed (byte* first = Encoding.ASCII.GetBytes(text))
        {
            _ = Libc.pwrite(_file.Descriptor(), first, text.Length, 0);
        }
    }
}
