using System.Runtime.CompilerServices;
using Sandbox.Child;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// The one place where a process is made with the launcher's memory. What runs behind the call in the child is bound
/// by the child's rules, and so is this class.
/// </summary>
internal static unsafe class Cloner
{
    /// <summary>
    /// clone3(2) into new namespaces; the child carries out the program and never returns from here. To be called on
    /// a thread that outlives the child: the parent's death signal fires when the thread that cloned ends (prctl(2)).
    /// </summary>
    /// <param name="pidfd">Takes a descriptor of the child, closed at exec.</param>
    /// <param name="cgroup">The directory of cgroup v2 to make the child in; negative for the launcher's.</param>
    /// <returns>The child's PID, or a negative errno.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Clone(ProgramImage* program, CloneFlags namespaces, int* pidfd, int cgroup = -1)
    {
        CloneArgs arguments = default;
        arguments.Flags = (ulong)(namespaces | CloneFlags.CLONE_PIDFD | CloneFlags.CLONE_CLEAR_SIGHAND);
        if (cgroup >= 0)
        {
            arguments.Flags |= (ulong)CloneFlags.CLONE_INTO_CGROUP;
            arguments.Cgroup = (ulong)cgroup;
        }

        arguments.PidFd = (ulong)pidfd;
        arguments.ExitSignal = (ulong)Signal.SIGCHLD;

        // Until the child has its own handlers and mask, no signal may reach it: the runtime's handlers are managed code.
        ulong all = ulong.MaxValue, before;
        Native.Call(SystemCall.rt_sigprocmask, (nint)SignalMaskChange.SIG_SETMASK, (nint)(&all), (nint)(&before), sizeof(ulong));
        nint pid = Native.Call(SystemCall.clone3, (nint)(&arguments), sizeof(CloneArgs));
        if (pid == 0)
        {
            Interpreter.Run(program);
        }

        int result = pid < 0 ? -*Native.ErrnoLocation() : (int)pid;
        Native.Call(SystemCall.rt_sigprocmask, (nint)SignalMaskChange.SIG_SETMASK, (nint)(&before), 0, sizeof(ulong));
        return result;
    }
}
