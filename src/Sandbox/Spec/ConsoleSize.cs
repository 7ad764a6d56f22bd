namespace Sandbox.Spec;

/// <summary>The size of a terminal, in characters.</summary>
internal readonly record struct ConsoleSize(ushort Height, ushort Width);
