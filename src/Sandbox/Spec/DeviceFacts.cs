namespace Sandbox.Spec;

/// <summary>A device node of the host: its kind and its numbers; or a directory of such nodes, which has none.</summary>
internal readonly record struct DeviceFacts(bool IsBlock, uint Major, uint Minor)
{
    public bool IsDirectory { get; init; }
}
