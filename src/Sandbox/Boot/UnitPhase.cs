namespace Sandbox.Boot;

/// <summary>How far a unit is.</summary>
internal enum UnitPhase
{
    /// <summary>Those that it starts after are not ready.</summary>
    Waiting,

    /// <summary>Its sandbox is being made.</summary>
    Starting,

    /// <summary>Its command runs.</summary>
    Running,

    /// <summary>It has ended, and is started again in a moment.</summary>
    Pausing,

    /// <summary>It has ended, and stays so.</summary>
    Ended,

    /// <summary>Somebody has stopped it, and it stays so until somebody starts it.</summary>
    Stopped,
}
