namespace Sandbox.Spec;

/// <summary>A file of sandbox's own making (such as /etc/hosts): where it is seen inside, and its text.</summary>
internal sealed record GeneratedFile(string Destination, string Text);
