using System.Runtime.CompilerServices;
using Sandbox.Child;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>
/// PID 1 where the command may trace it, which is so without a user namespace only: it gives up its rights before the
/// command runs, for whoever seizes it has them (CAP_SYS_PTRACE would be all capabilities, and no filter).
/// </summary>
internal static unsafe class Surrender
{
    /// <summary>
    /// Makes the command's process, and returns when it has executed the command or ended. That it did not execute
    /// sandbox's own executable is not looked at: who may trace reads it here, and it is a copy that nobody can write.
    /// </summary>
    [SkipLocalsInit]
    public static int Start(ProgramImage* program)
    {
        int* ends = stackalloc int[2];
        int own, its;
        const nint kind = (nint)(SocketType.SOCK_SEQPACKET | SocketType.SOCK_CLOEXEC);
        Requirement.Call(program, SystemCall.socketpair, (nint)AddressFamily.AF_UNIX, kind, 0, (nint)ends);
        own = ends[0];
        its = ends[1];
        nint pid = Native.Call(SystemCall.clone, (nint)Signal.SIGCHLD);
        byte word = 1;
        if (pid == 0)
        {
            Native.Call(SystemCall.close, own);
            if (Native.Call(SystemCall.read, its, (nint)(&word), 1) == 1)
            {
                Interpreter.RunCommand(program);
            }

            Interpreter.Exit(SandboxException.ExitCodeOfSandbox);
        }

        Requirement.Check(program, SystemCall.clone, pid);
        Descriptors.KeepOnly(program, own);
        Privileges.Drop(program);
        Native.Call(SystemCall.write, own, (nint)(&word), 1);

        // Nothing is ever sent here: execve(2) closes the other end, or the end of the process does.
        Native.Call(SystemCall.read, own, (nint)(&word), 1);
        Native.Call(SystemCall.close, own);
        return (int)pid;
    }
}
