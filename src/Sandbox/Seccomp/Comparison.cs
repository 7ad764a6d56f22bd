namespace Sandbox.Seccomp;

/// <summary>The seven comparisons of profiles.</summary>
internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    MaskedEqual,
}
