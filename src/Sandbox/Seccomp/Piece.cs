namespace Sandbox.Seccomp;

/// <summary>From here on, up to the next piece, all values lead to the same.</summary>
/// <param name="Start">The first value.</param>
/// <param name="Leaf">What they lead to.</param>
/// <param name="Weight">How often they are looked for, against other pieces.</param>
internal readonly record struct Piece<T>(uint Start, T Leaf, int Weight);
