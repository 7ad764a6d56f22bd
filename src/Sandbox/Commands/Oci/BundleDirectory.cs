using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary>The directory of a bundle's root file system, as the host has it.</summary>
internal static class BundleDirectory
{
    /// <summary>
    /// A link of the host's is followed once, here: to the kernel, what is mounted at a link and what is looked for by it are
    /// two places.
    /// </summary>
    public static RuntimeSpec Resolve(RuntimeSpec spec)
    {
        string? path = spec.RootPath is { Length: > 1 } given ? given.TrimEnd('/') : spec.RootPath;
        return path is { Length: > 0 } && new FileInfo(path).LinkTarget is not null && Directory.ResolveLinkTarget(path, returnFinalTarget: true) is { } target
            ? spec with { RootPath = target.FullName }
            : spec;
    }
}
