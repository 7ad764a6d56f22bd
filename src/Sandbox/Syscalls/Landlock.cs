using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Access rights of landlock(7) to files and directories.</summary>
[Flags]
internal enum LandlockAccess : ulong
{
    None = 0,
    LANDLOCK_ACCESS_FS_EXECUTE = 1 << 0,
    LANDLOCK_ACCESS_FS_WRITE_FILE = 1 << 1,
    LANDLOCK_ACCESS_FS_READ_FILE = 1 << 2,
    LANDLOCK_ACCESS_FS_READ_DIR = 1 << 3,
    LANDLOCK_ACCESS_FS_REMOVE_DIR = 1 << 4,
    LANDLOCK_ACCESS_FS_REMOVE_FILE = 1 << 5,
    LANDLOCK_ACCESS_FS_MAKE_CHAR = 1 << 6,
    LANDLOCK_ACCESS_FS_MAKE_DIR = 1 << 7,
    LANDLOCK_ACCESS_FS_MAKE_REG = 1 << 8,
    LANDLOCK_ACCESS_FS_MAKE_SOCK = 1 << 9,
    LANDLOCK_ACCESS_FS_MAKE_FIFO = 1 << 10,
    LANDLOCK_ACCESS_FS_MAKE_BLOCK = 1 << 11,
    LANDLOCK_ACCESS_FS_MAKE_SYM = 1 << 12,
    LANDLOCK_ACCESS_FS_REFER = 1 << 13,
    LANDLOCK_ACCESS_FS_TRUNCATE = 1 << 14,
}

/// <summary>Access rights of landlock(7) to TCP ports.</summary>
[Flags]
internal enum LandlockNetwork : ulong
{
    None = 0,
    LANDLOCK_ACCESS_NET_BIND_TCP = 1 << 0,
    LANDLOCK_ACCESS_NET_CONNECT_TCP = 1 << 1,
}

/// <summary>What of landlock(7) keeps to those in the same domain.</summary>
[Flags]
internal enum LandlockScope : ulong
{
    None = 0,
    LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1 << 0,
    LANDLOCK_SCOPE_SIGNAL = 1 << 1,
}

/// <summary>struct landlock_ruleset_attr; an older kernel takes it if what it does not know is zero.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LandlockRuleset
{
    public ulong Files;
    public ulong Network;
    public ulong Scoped;
}

/// <summary>struct landlock_path_beneath_attr.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct LandlockPathBeneath
{
    public ulong Allowed;
    public int Parent;
}

/// <summary>struct landlock_net_port_attr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LandlockPort
{
    public ulong Allowed;
    public ulong Port;
}

/// <summary>Calls of linux/landlock.h, for the managed side.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint landlock_syscall(nint number, nint attributes, nint size, nint flags);

    /// <summary>The version of landlock(7) that the kernel offers; 0 where it has none, or has it switched off.</summary>
    public static int GetLandlockVersion()
    {
        const nint LANDLOCK_CREATE_RULESET_VERSION = 1;
        return (int)Math.Max(0, landlock_syscall((nint)SystemCall.landlock_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION));
    }
}
