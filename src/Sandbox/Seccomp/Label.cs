namespace Sandbox.Seccomp;

/// <summary>An instruction that can be jumped to, by its distance from the end of the program.</summary>
internal readonly record struct Label(int FromEnd);
