namespace Sandbox.Boot;

/// <summary>When a unit is started again after its end.</summary>
internal enum RestartPolicy
{
    No,
    OnFailure,
    Always,
}
