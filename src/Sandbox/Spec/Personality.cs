namespace Sandbox.Spec;

/// <summary>Execution domains of personality(2) that the specification knows.</summary>
internal enum Personality : uint
{
    PER_LINUX = 0,
    PER_LINUX32 = 8,
}
