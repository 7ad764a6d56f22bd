using Sandbox.CommandLine;

namespace Sandbox.Commands;

/// <summary><c>sandbox --version</c>.</summary>
internal static class VersionCommand
{
    public static int Run() => Output.Print($"sandbox {Product.Version}\n");
}
