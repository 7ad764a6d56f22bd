using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.Plan;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Starts the child of a plan. The handshake:
/// <code>
/// launcher                            child
///   clone3  ------------------------>  session, ...
///                                      (in one user namespace around another, the maps come first: it hands over then)
///   a cgroup (unless it was made in one), a guard (where there is no init of ours)
///   uid_map, gid_map (unless its own)  (waits)
///   one byte on the lifeline  ------>  goes on
///   moves it to a leaf  &lt;------------  its cgroup namespace is there, where it has a cgroup of systemd's to divide
///   one byte on the lifeline  ------>  goes on
///   mounts over the socket  -------->  takes them
///   (waits)  &lt;----------------------  the master of its terminal over another, where it has one
///   takes the listener, hands it on    loads a filter that has one
///   (waits)                            a report, when a step failed or the command ended
///   holds the lifeline open            PID 1 ends everything when it closes
/// </code>
/// </summary>
internal static unsafe class Launcher
{
    /// <summary>Makes the child and does the launcher's part of the handshake; on failure nothing of it is left.</summary>
    /// <param name="output">What the command writes to instead of the caller's output; null for that itself.</param>
    /// <param name="cgroup">The sandbox's own cgroup; null where it stays in the launcher's.</param>
    /// <param name="mounts">Id-mapped mounts to send, made once the child's user namespace is there; null for none.</param>
    /// <param name="console">The socket that the master of the command's terminal goes to; null for no terminal.</param>
    /// <param name="held">What is done while the child waits (<see cref="SandboxPlan.AwaitsLauncher"/>), before it goes on.</param>
    /// <param name="state">Writes the container process state for the PID of the command, where a seccomp listener is to be told.</param>
    public static SandboxProcess Start(
        SandboxPlan plan,
        Func<ChildsUsers, IReadOnlyList<SafeFileHandle>>? mounts = null,
        SandboxCgroup? cgroup = null,
        OutputRelay? output = null,
        SafeFileHandle? console = null,
        Action<SandboxProcess>? held = null,
        Func<int, string>? state = null)
    {
        Pipe lifeline = Pipe.Open(), report = Pipe.Open();
        using SocketPair? socket = mounts is null ? null : SocketPair.Open(), listener = plan.Listener is null ? null : SocketPair.Open();
        FillChannels(plan, lifeline, report, socket, listener);
        FillWhatIsGiven(plan, cgroup, output, console);
        SandboxProcess process = Make(plan, lifeline, report, cgroup, output);
        try
        {
            socket?.Child.Dispose();
            listener?.Child.Dispose();
            if (plan.MapsFirst)
            {
                Map(plan, process);
            }

            if (plan.HasSuccessor)
            {
                process = process.Successor();
            }

            using ChildsUsers? users = mounts is null ? null : new ChildsUsers(process.Pid, plan.HasSuccessor || plan.Namespaces.HasFlag(CloneFlags.CLONE_NEWUSER));
            if (plan.HasSuccessor)
            {
                process.Go();
            }

            cgroup?.Adopt(process.Pid);
            held?.Invoke(process);
            Release(plan, process);
            if (plan.AwaitsLeaf)
            {
                process.AwaitStage(LaunchStage.Bordered);
                cgroup!.EnterLeaf(process.Pid);
                process.Go();
            }

            if (socket is { } open)
            {
                Send(mounts!(users!), open.Launcher);
                open.Launcher.Dispose();
            }

            if (listener is { } opened)
            {
                SeccompListener.PassOn(opened.Launcher, process, plan.Listener!, state ?? throw new ArgumentNullException(nameof(state)));
                opened.Launcher.Dispose();
            }
        }
        catch
        {
            process.Kill();
            EarlyChild.TakeMaps(process.Pid)?.Dispose();
            process.Wait();
            process.Dispose();
            throw;
        }

        return process;
    }

    /// <summary>Puts the pipes and sockets between launcher and child into the program's slots.</summary>
    private static void FillChannels(SandboxPlan plan, Pipe lifeline, Pipe report, SocketPair? mounts, SocketPair? listener)
    {
        plan.Program.Fill(plan.Slots.Lifeline, lifeline.Read.Descriptor());
        plan.Program.Fill(plan.Slots.LifelineOfLauncher, lifeline.Write.Descriptor());
        plan.Program.Fill(plan.Slots.Report, report.Write.Descriptor());
        if (mounts is { } ofMounts)
        {
            plan.Program.Fill(plan.Slots.Mounts, ofMounts.Child.Descriptor());
            plan.Program.Fill(plan.Slots.MountsOfLauncher, ofMounts.Launcher.Descriptor());
        }

        if (listener is { } ofListener)
        {
            plan.Program.Fill(plan.Slots.Listener, ofListener.Child.Descriptor());
            plan.Program.Fill(plan.Slots.ListenerOfLauncher, ofListener.Launcher.Descriptor());
        }
    }

    /// <summary>Puts the caller's own descriptors into the program's slots.</summary>
    private static void FillWhatIsGiven(SandboxPlan plan, SandboxCgroup? cgroup, OutputRelay? output, SafeFileHandle? console)
    {
        if (output is not null)
        {
            plan.Program.Fill(plan.Slots.Output, output.Output.Descriptor());
            plan.Program.Fill(plan.Slots.Error, output.Error.Descriptor());
        }

        if (cgroup?.Leaf is { } leaf)
        {
            plan.Program.Fill(plan.Slots.CgroupLeaf, leaf.Descriptor());
        }

        if (console is not null)
        {
            plan.Program.Fill(plan.Slots.Console, console.Descriptor());
        }
    }

    /// <summary>Takes the early child, where it will do, or makes one; closes the child's ends in this process.</summary>
    private static SandboxProcess Make(SandboxPlan plan, Pipe lifeline, Pipe report, SandboxCgroup? cgroup, OutputRelay? output)
    {
        int pidfd;
        int pid = EarlyChild.TryRelease(plan.Program.Image, plan.Namespaces, plan.Capabilities, &pidfd);
        if (pid == 0)
        {
            if (!plan.IsForWorker)
            {
                EarlyChild.GiveUp();
            }

            pid = Cloner.Clone(plan.Program.Image, plan.Namespaces, &pidfd, cgroup?.Entry is { } entry ? entry.Descriptor() : -1);
        }

        lifeline.Read.Dispose();
        report.Write.Dispose();
        output?.LetGo();
        return pid < 0
            ? throw CloneFailure.Describe((Errno)(-pid), plan.Namespaces, cgroup)
            : new SandboxProcess(plan.Program, pid, new SafeFileHandle(pidfd, ownsHandle: true), lifeline.Write, report.Read);
    }

    /// <summary>Lets a process go on that waits for its maps, or for whatever else the launcher has done by now.</summary>
    private static void Release(SandboxPlan plan, SandboxProcess process)
    {
        if ((plan.MapsFirst || !Map(plan, process)) && plan.AwaitsLauncher)
        {
            process.Go();
        }
    }

    /// <summary>Writes the id maps that the process waits for, and lets it go on; false where it waits for none.</summary>
    private static bool Map(SandboxPlan plan, SandboxProcess process)
    {
        if (plan.IdMaps.Writer is not (MapWriter.Launcher or MapWriter.Helpers))
        {
            return false;
        }

        IdMapWriting.Write(process.Pid, plan.IdMaps);
        process.Go();
        return true;
    }

    private static void Send(IReadOnlyList<SafeFileHandle> mounts, SafeFileHandle socket)
    {
        foreach (SafeFileHandle mount in mounts)
        {
            // A child that failed before it took them reports why; that it is gone is no failure of its own.
            Errno errno = Libc.SendDescriptor(socket.Descriptor(), [0], mount.Descriptor()) == 1 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
            mount.Dispose();
            if (errno is not (Errno.None or Errno.EPIPE or Errno.ECONNRESET))
            {
                throw SandboxException.FromErrno("cannot hand a mount to the sandbox", errno);
            }
        }
    }
}
