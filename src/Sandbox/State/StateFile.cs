using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>Small files that are always whole: written under another name, and renamed.</summary>
internal static class StateFile
{
    private const uint OwnersOnly = 0x180; // 0600

    private const string Full = "the directory of running state must be writable and have room: name another with --root";

    /// <summary>Replaces a file in a directory at once: who reads it gets the old text or the new one.</summary>
    public static void Write(SafeFileHandle directory, string name, string text) => Write(directory, name, Encoding.UTF8.GetBytes(text));

    /// <summary>The same with bytes.</summary>
    public static void Write(SafeFileHandle directory, string name, ReadOnlySpan<byte> bytes) => Write(directory, name, bytes, name + ".new");

    /// <summary>The same where another process may do it at the same time.</summary>
    /// <param name="temporary">The name that the file has before it is whole, and no other's has.</param>
    public static void Write(SafeFileHandle directory, string name, ReadOnlySpan<byte> bytes, string temporary)
    {
        using (SafeFileHandle file = Libc.openat(
            directory.Descriptor(), temporary, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, OwnersOnly))
        {
            if (file.IsInvalid || !Libc.TryWriteAll(file, bytes))
            {
                throw SandboxException.FromLastError($"cannot write {name}", Full);
            }
        }

        if (Libc.renameat(directory, temporary, directory, name) != 0)
        {
            throw SandboxException.FromLastError($"cannot write {name}", Full);
        }
    }

    /// <summary>The text of a file in a directory; null where there is none.</summary>
    public static string? TryRead(SafeFileHandle directory, string name) => TryReadBytes(directory, name) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The bytes of a file in a directory; null where there is none.</summary>
    public static byte[]? TryReadBytes(SafeFileHandle directory, string name) => TextFile.TryReadBytes(directory, name);
}
