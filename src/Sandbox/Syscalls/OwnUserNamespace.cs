namespace Sandbox.Syscalls;

/// <summary>The user namespace that this process is in (user_namespaces(7)).</summary>
internal static class OwnUserNamespace
{
    /// <summary>The first one's inode, which never changes.</summary>
    private const ulong USER_NS_INIT_INO = 0xEFFFFFFD;

    /// <summary>Whether it is the machine's; where nothing can be seen of it, it is taken for that.</summary>
    public static bool IsFirst => Libc.statx(Libc.AT_FDCWD, "/proc/self/ns/user", AtFlags.None, out Statx own) != 0 || own.Inode == USER_NS_INIT_INO;

    /// <summary>Whether the caller is the machine's root, and not id 0 of a user namespace that somebody without his power made.</summary>
    public static bool HasRoot => Libc.geteuid() == 0 && IsFirst;
}
