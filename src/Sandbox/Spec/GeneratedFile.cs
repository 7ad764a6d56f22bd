namespace Sandbox.Spec;

/// <summary>A file of sandbox's own making (such as /etc/hosts): where it is seen inside, and its text.</summary>
internal sealed record GeneratedFile(string Destination, string Text)
{
    /// <summary>Who may do what with it.</summary>
    public uint Mode { get; init; } = 0x1A4;
}
