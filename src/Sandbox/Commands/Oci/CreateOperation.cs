using Sandbox.CommandLine;

namespace Sandbox.Commands;

/// <summary><c>create</c>: makes a container, and leaves it waiting.</summary>
internal static class CreateOperation
{
    public static int Run(OciCreateOptions options, OciContext context)
    {
        using MadeContainer made = ContainerCreation.Make(options, context);
        return 0;
    }
}
