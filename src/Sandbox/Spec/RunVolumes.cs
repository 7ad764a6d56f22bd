using System.Collections.Immutable;
using Sandbox.CommandLine;
using Sandbox.Images;

namespace Sandbox.Spec;

/// <summary>The directories that an image wants to be the run's own, but for those that the user mounts something on.</summary>
internal static class RunVolumes
{
    /// <summary>From the root downwards, or which of them is none.</summary>
    public static (ImmutableArray<string> Volumes, Refusal? Refusal) Of(RunOptions options, ImageConfig image)
    {
        HashSet<string> volumes = [];
        foreach (string word in image.Volumes)
        {
            Parsed<string> path = ContainerPath.ReadDestination(word);
            if (path.Why is { } why)
            {
                return ([], new Refusal($"wrong volume '{word}' of the image", why));
            }

            if (!Array.Exists([.. options.Mounts], mount => mount.Destination == path.Value))
            {
                volumes.Add(path.Value!);
            }
        }

        string[] sorted = [.. volumes];
        Array.Sort(sorted, StringComparer.Ordinal);
        return ([.. sorted], null);
    }
}
