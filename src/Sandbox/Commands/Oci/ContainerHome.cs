using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// HOME of a process whose specification leaves it out: the home of its user in the /etc/passwd of the container's root
/// file system. Engines that look into images themselves set it; the others leave it to the runtime.
/// </summary>
internal static class ContainerHome
{
    private const string Variable = "HOME=", Nowhere = "/";

    /// <param name="root">The directory of the root file system, as the bundle has it: what the container has mounted since could keep a reader waiting.</param>
    public static ProcessSpec AddTo(ProcessSpec process, string? root)
    {
        foreach (string variable in process.Env)
        {
            if (variable.StartsWith(Variable, StringComparison.Ordinal))
            {
                return process;
            }
        }

        return process with { Env = process.Env.Add(Variable + Find(process.User.Uid, root)) };
    }

    /// <summary>A file that cannot be read, or that is no passwd(5), names no home.</summary>
    private static string Find(uint uid, string? root)
    {
        if (root is null)
        {
            return Nowhere;
        }

        using SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, root, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        try
        {
            return directory.IsInvalid
                ? Nowhere
                : Accounts.Resolve(new RootfsSource { Store = directory, Layers = [], Directory = directory }, uid.ToString(CultureInfo.InvariantCulture), null, withGroups: false).Home;
        }
        catch (SandboxException)
        {
            return Nowhere;
        }
    }
}
