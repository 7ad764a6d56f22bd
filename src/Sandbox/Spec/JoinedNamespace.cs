namespace Sandbox.Spec;

/// <summary>A namespace that is there and is joined, by the path of its file ("linux.namespaces[].path").</summary>
internal sealed record JoinedNamespace(NamespaceFlags Kind, string Path);
