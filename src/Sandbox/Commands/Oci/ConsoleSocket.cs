using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The socket at which an engine waits for the master of a container's terminal.</summary>
internal static class ConsoleSocket
{
    /// <summary>A connection that the container's process sends the master over; null where there is no terminal.</summary>
    public static SafeFileHandle? Connect(string? path) =>
        path is null ? null : Libc.ConnectUnix(path) ?? throw SandboxException.FromLastError($"cannot connect to the console socket {path}");
}
