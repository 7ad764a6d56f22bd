using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>A path in the tree that layers are merged into: as a key of tables, and in the failures there.</summary>
internal static class MergedPath
{
    /// <summary>Its bytes, one character each.</summary>
    public static string Key(byte[] path) => Encoding.Latin1.GetString(path);

    /// <summary>Throws what the last system call failed of.</summary>
    /// <param name="result">Its result; 0 is success.</param>
    /// <param name="path">What it was for; nothing is the root of the tree.</param>
    public static void Check(int result, byte[] path)
    {
        if (result != 0)
        {
            throw Failure(path, (Errno)Marshal.GetLastPInvokeError());
        }
    }

    public static SandboxException Failure(byte[] path, Errno errno) =>
        SandboxException.FromErrno(path.Length == 0 ? "cannot merge layers" : $"cannot merge layers at {DisplayName.Of(path)}", errno);
}
