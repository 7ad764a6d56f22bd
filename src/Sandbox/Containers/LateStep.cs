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

/// <summary>What a container's process does from one of its steps on: to be said where that fails.</summary>
internal readonly record struct LateStep(int First, string What, LateStepKind Kind);
