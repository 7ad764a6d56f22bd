using Sandbox.Plan;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// newuidmap(1) and newgidmap(1) at work on the user namespace of a process, both at the same time: each takes about as long
/// as everything else in a launch together.
/// </summary>
internal sealed class IdMapProcesses : IDisposable
{
    private const string Uids = "newuidmap", Gids = "newgidmap";

    private readonly HelperProgram _uids;
    private readonly HelperProgram _gids;

    private IdMapProcesses(int pid, HelperProgram uids, HelperProgram gids)
    {
        Pid = pid;
        _uids = uids;
        _gids = gids;
    }

    /// <summary>The process whose ids they map.</summary>
    public int Pid { get; }

    /// <summary>Starts them.</summary>
    /// <param name="pid">A child of ours, which nobody waits for before <see cref="Dispose"/>: its number stays its own.</param>
    /// <param name="maps">What they write.</param>
    public static IdMapProcesses Start(int pid, IdMapText maps)
    {
        HelperProgram uids = HelperProgram.Start(Uids, [$"{pid}", .. Words(maps.Uids)]);
        try
        {
            return new IdMapProcesses(pid, uids, HelperProgram.Start(Gids, [$"{pid}", .. Words(maps.Gids)]));
        }
        catch
        {
            uids.Dispose();
            throw;
        }
    }

    /// <summary>Waits until both maps are written.</summary>
    /// <exception cref="SandboxException">One of them is not.</exception>
    public void Finish()
    {
        Check(Uids, _uids.Finish(), "/etc/subuid");
        Check(Gids, _gids.Finish(), "/etc/subgid");
    }

    /// <summary>Waits for the end of both, whatever they have done.</summary>
    public void Dispose()
    {
        _uids.Dispose();
        _gids.Dispose();
    }

    private static void Check(string program, (int Code, string Said) end, string file)
    {
        if (end.Code != 0)
        {
            string why = end.Said.Length > 0 ? end.Said : $"it ended with {end.Code}";
            string hint = $"{program} must be setuid root or have its file capability (which do nothing under strace -f), and {file} must give the caller its ranges; --userns single needs neither";
            throw new SandboxException($"cannot map ids with {program}", why, hint);
        }
    }

    private static IEnumerable<string> Words(string map) => map.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
