using Sandbox.Plan;
using Sandbox.Steps;

namespace Sandbox.Launch;

/// <summary>The process that ends a sandbox without an init of ours when the launcher ends, in whatever way.</summary>
internal sealed class GuardProcess : IDisposable
{
    private readonly SandboxProcess _guard;

    private GuardProcess(SandboxProcess guard) => _guard = guard;

    public static GuardProcess Start(SandboxProcess guarded)
    {
        (SandboxPlan plan, Slot slot) = GuardPlan.Compile();
        plan.Program.Fill(slot, guarded.PidFd);
        return new GuardProcess(Launcher.Start(plan));
    }

    /// <summary>Ends the sandbox, if it is still there.</summary>
    public void Dispose() => _guard.Dispose();
}
