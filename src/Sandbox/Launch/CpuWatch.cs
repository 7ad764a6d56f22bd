using Sandbox.Cgroups;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>Ends a command that has used its processor time: the time of all its processes together.</summary>
internal sealed class CpuWatch(TimeSpan limit, Cgroup? cgroup)
{
    /// <summary>Looking costs some microseconds; more often than this is not worth it.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(5);

    /// <summary>Processors come and go; a longer wait could be too long then.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private long _nextLook = Environment.TickCount64;

    /// <summary>Milliseconds until the limit can be reached at the soonest: with all processors at work.</summary>
    public int Patience => (int)Math.Clamp(_nextLook - Environment.TickCount64, 0, int.MaxValue);

    /// <summary>Whether the limit is reached, if it is time to look.</summary>
    public bool IsOver(SandboxProcess process)
    {
        if (Environment.TickCount64 < _nextLook)
        {
            return false;
        }

        TimeSpan left = limit - Used(process);
        TimeSpan wait = left / Environment.ProcessorCount;
        wait = wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait;
        _nextLook = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        return left <= TimeSpan.Zero;
    }

    /// <summary>Processor time used so far, without what making the sandbox took.</summary>
    /// <exception cref="SandboxException">Nobody can see it.</exception>
    private TimeSpan Used(SandboxProcess process)
    {
        // PID 1 is seen until it hides itself, shortly before the command runs.
        if (cgroup is null && ProcessTree.IsHidden(process.Pid))
        {
            throw new SandboxException(
                "cannot hold --cpu-timeout", "the machine's /proc hides processes (hidepid), and no cgroup counts their time",
                "a group of yours as gid= of that mount shows them; 'sandbox check' tells what a cgroup takes; --timeout needs neither");
        }

        TimeSpan all = cgroup is not null && FlatKeys.Find(cgroup.TryRead("cpu.stat"), "usage_usec") is { } microseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : ProcessTree.CpuTime(process.Pid).Sum;
        (_, long user, long system) = process.StartSoFar();
        return all - TimeSpan.FromMicroseconds(user + system);
    }
}
