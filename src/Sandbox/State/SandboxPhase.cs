namespace Sandbox.State;

/// <summary>How far a sandbox has come.</summary>
internal enum SandboxPhase
{
    /// <summary>Its image is made ready, its launch goes on.</summary>
    Starting,

    /// <summary>The command was executed.</summary>
    Running,

    /// <summary>All of its processes are stopped until it is resumed.</summary>
    Paused,

    /// <summary>The command has ended.</summary>
    Exited,

    /// <summary>Its supervisor was killed, or the machine started anew: nobody knows how the command ended.</summary>
    Crashed,
}
