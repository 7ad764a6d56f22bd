using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>
/// A container without a mount namespace of its own has the host's, and its root is only a changed one (chroot(2)). What
/// else the specification asks for that is done by mounting is refused by name: it would be done to the host.
/// </summary>
internal static class SharedMounts
{
    public static void Check(JsonPlace root, RuntimeSpec spec)
    {
        if (spec.Linux.Has(NamespaceFlags.CLONE_NEWNS))
        {
            return;
        }

        Refuse(root.Member("mounts"), !spec.Mounts.IsEmpty);
        Refuse(root.Required("root").Member("readonly"), spec.ReadOnlyRoot);
        Refuse(root.Member("process")?.Member("terminal"), spec.Process.Terminal);
        JsonPlace? linux = root.Member("linux");
        Refuse(linux?.Member("maskedPaths"), !spec.Linux.MaskedPaths.IsEmpty);
        Refuse(linux?.Member("readonlyPaths"), !spec.Linux.ReadonlyPaths.IsEmpty);
        Refuse(linux?.Member("rootfsPropagation"), spec.Linux.RootfsPropagation is not null);
        Refuse(linux?.Member("namespaces"), spec.Linux.Has(NamespaceFlags.CLONE_NEWUSER));
    }

    private static void Refuse(JsonPlace? place, bool asked)
    {
        if (asked)
        {
            throw place!.Wrong("it takes mounts, there is no mount namespace in 'linux.namespaces', and the host's would be changed");
        }
    }
}
