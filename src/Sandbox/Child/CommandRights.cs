using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// Looks with the rights of the command's user whether he may execute it: this process takes on his ids for files and
/// his capabilities, asks the kernel, and has its own again.
/// </summary>
internal static unsafe class CommandRights
{
    private const int AT_EACCESS = 0x200, X_OK = 1;

    /// <summary>Zero when one candidate may be executed; else the negative errno that execvp(3) would end with.</summary>
    [SkipLocalsInit]
    public static nint Prove(CommandImage* command, RightsImage* user)
    {
        CapabilityHeader header;
        header.Version = CapabilityHeader.Version3;
        header.Pid = 0;
        CapabilityData own;
        if (Native.Call(SystemCall.capget, (nint)(&header), (nint)(&own)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        // An id that this namespace does not have is left out here: the change of user tells of it.
        nint gid = Native.Call(SystemCall.setfsgid, (nint)user->Gid);
        nint uid = Native.Call(SystemCall.setfsuid, (nint)user->Uid);
        CapabilityData his = own;
        his.EffectiveLow &= (uint)user->Effective;
        his.EffectiveHigh &= (uint)(user->Effective >> 32);
        nint result = Native.Call(SystemCall.capset, (nint)(&header), (nint)(&his)) < 0 ? -*Native.ErrnoLocation() : Find(command);
        if (Native.Call(SystemCall.capset, (nint)(&header), (nint)(&own)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        Native.Call(SystemCall.setfsuid, uid);
        Native.Call(SystemCall.setfsgid, gid);
        return result;
    }

    private static nint Find(CommandImage* command)
    {
        int worst = (int)Errno.ENOENT;
        for (byte** candidate = command->Candidates; *candidate != null; candidate++)
        {
            if (Native.Call(SystemCall.faccessat2, Libc.AT_FDCWD, (nint)(*candidate), X_OK, AT_EACCESS) == 0)
            {
                return 0;
            }

            int errno = *Native.ErrnoLocation();
            if (errno == (int)Errno.EACCES)
            {
                worst = errno;
            }
            else if (errno is not ((int)Errno.ENOENT or (int)Errno.ENOTDIR))
            {
                return -errno;
            }
        }

        return -worst;
    }
}
