using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>Reads "mounts".</summary>
internal static class MountReader
{
    public static ImmutableArray<MountSpec> Read(JsonPlace root, string bundle)
    {
        IReadOnlyList<JsonPlace> items = root.Items("mounts");
        ImmutableArray<MountSpec>.Builder mounts = ImmutableArray.CreateBuilder<MountSpec>(items.Count);
        foreach (JsonPlace item in items)
        {
            mounts.Add(Mount(item, bundle));
        }

        return mounts.MoveToImmutable();
    }

    private static MountSpec Mount(JsonPlace mount, string bundle)
    {
        MountSpec read = new(Destination(mount.Required("destination")), ConfigReader.Filled(mount, "type") ?? "", null, mount.Texts("options"))
        {
            UidMappings = LinuxReader.Map(mount, "uidMappings"),
            GidMappings = LinuxReader.Map(mount, "gidMappings"),
        };
        if (read.UidMappings.IsEmpty != read.GidMappings.IsEmpty)
        {
            throw mount.Wrong("'uidMappings' and 'gidMappings' must both be there, or neither");
        }

        if (read.IsRemount)
        {
            return read with { Source = ConfigReader.Filled(mount, "source") };
        }

        if (read.IsBind)
        {
            return read with { Type = "bind", Source = ConfigReader.HostPath(mount.Required("source"), bundle) };
        }

        return read.Type.Length == 0
            ? throw mount.Wrong("'type' is missing, and 'options' do not say that it is a bind mount")
            : read with { Source = ConfigReader.Filled(mount, "source") };
    }

    /// <summary>A relative one begins at the root of the container, as old tools write it.</summary>
    private static string Destination(JsonPlace place) => place.Text() switch
    {
        "" => throw place.Wrong("it is empty"),
        string root when root.Trim('/') is "" or "." => throw place.Wrong("what the root directory holds is said by 'root'"),
        ['/', ..] path => path,
        string relative => "/" + relative,
    };
}
