using Sandbox.Cgroups;
using Sandbox.Plan;

namespace Sandbox.Launch;

/// <summary>The process that stays in a scope of systemd's as long as the launcher wants to read there.</summary>
internal sealed class OccupantProcess : IOccupant
{
    private readonly SandboxProcess _process;

    private OccupantProcess(SandboxProcess process) => _process = process;

    public int Pid => _process.Pid;

    public static OccupantProcess Start() => new(Launcher.Start(OccupantPlan.Compile()));

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitQuietly();
        _process.Dispose();
    }
}
