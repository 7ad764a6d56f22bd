namespace Sandbox.Steps;

/// <summary>A number in the program's table of descriptors: what one step opens, a later step uses.</summary>
internal readonly record struct Slot(short Index);
