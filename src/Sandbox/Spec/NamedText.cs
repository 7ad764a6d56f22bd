namespace Sandbox.Spec;

/// <summary>An entry of one of the specification's maps: an annotation, a sysctl, a file of the cgroup.</summary>
internal readonly record struct NamedText(string Name, string Value);
