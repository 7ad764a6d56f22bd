namespace Sandbox.Containers;

/// <summary>What a step between start and the command is.</summary>
internal enum LateStepKind
{
    Other,

    /// <summary>A hook of the bundle.</summary>
    Hook,

    /// <summary>The command itself.</summary>
    Command,
}
