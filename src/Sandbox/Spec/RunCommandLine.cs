using System.Collections.Immutable;
using Sandbox.CommandLine;
using Sandbox.Images;

namespace Sandbox.Spec;

/// <summary>The words of the command, from the user's and the image's, by docker's rules.</summary>
internal static class RunCommandLine
{
    /// <summary>Empty where neither names a command.</summary>
    public static ImmutableArray<string> Of(RunOptions options, ImageConfig image)
    {
        // An entrypoint of the user's makes the image's cmd void: it was written for the image's own entrypoint.
        ImmutableArray<string> entrypoint = options.Entrypoint switch
        {
            null => image.Entrypoint,
            "" => [],
            _ => [options.Entrypoint],
        };
        bool imageCmd = options.Command.IsEmpty && options.Entrypoint is null;
        return [.. entrypoint, .. imageCmd ? image.Cmd : options.Command];
    }
}
