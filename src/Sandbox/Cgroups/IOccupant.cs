namespace Sandbox.Cgroups;

/// <summary>A process that does nothing, beside a sandbox in its scope: until it is disposed of the scope is not empty, and systemd does not take it away with all figures in it.</summary>
internal interface IOccupant : IDisposable
{
    int Pid { get; }
}
