namespace Sandbox.CommandLine;

/// <summary>What sandbox calls itself.</summary>
internal static class Product
{
    /// <summary>The version of the project file; as a constant it needs no look at metadata, and a test compares the two.</summary>
    public const string Version = "0.1.0";
}
