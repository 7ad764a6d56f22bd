using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>What a machine is told about itself once: its modules, its kernel's settings, its name.</summary>
internal static class BootSettings
{
    public static void Load(string path)
    {
        using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            throw SandboxException.FromLastError($"cannot open the kernel module {path}");
        }

        // A module that is there already is what was asked for.
        if (Libc.finit_module(file, "") != 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != (int)Errno.EEXIST)
        {
            throw SandboxException.FromLastError($"cannot load the kernel module {path}", "it must be of this kernel's version, not compressed, and listed after those it needs");
        }
    }

    /// <summary>A setting of /proc/sys, by the name that sysctl(8) has for it.</summary>
    public static void Set(string name, string value) => Write("/proc/sys/" + name.Replace('.', '/'), value, $"cannot set {name}");

    public static void Name(string name)
    {
        if (Libc.sethostname(name, Encoding.UTF8.GetByteCount(name)) != 0)
        {
            throw SandboxException.FromLastError($"cannot name the machine {name}");
        }
    }

    /// <summary>Writes to a file of the kernel's.</summary>
    public static void Write(string path, string value, string what)
    {
        if (TextFile.TryWriteAtOnce(path, value) is not Errno.None and Errno errno)
        {
            throw SandboxException.FromErrno(what, errno);
        }
    }
}
