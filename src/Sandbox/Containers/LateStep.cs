namespace Sandbox.Containers;

/// <summary>What a container's process does from one of its steps on: to be said where that fails.</summary>
internal readonly record struct LateStep(int First, string What, LateStepKind Kind);
