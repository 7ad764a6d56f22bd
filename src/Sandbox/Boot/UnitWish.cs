namespace Sandbox.Boot;

/// <summary>What a command has asked for of a unit.</summary>
internal enum UnitWish
{
    /// <summary>It goes its own way.</summary>
    None,

    /// <summary>To be started, whatever it waits for: granted when it was, and forgotten then.</summary>
    Start,

    /// <summary>To be stopped, and to stay so.</summary>
    Stop,
}
