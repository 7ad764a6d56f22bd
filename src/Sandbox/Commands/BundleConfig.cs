using System.Collections.Immutable;
using Sandbox.Json;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Writes a specification as config.json of an OCI runtime bundle: the members that a command line of sandbox can set.</summary>
internal static class BundleConfig
{
    public static string Write(RuntimeSpec spec)
    {
        JsonText json = new JsonText().Begin('{').Add("ociVersion", "1.0.2");
        WriteProcess(json, spec.Process);
        json.Begin('{', "root").Add("path", "rootfs").Add("readonly", spec.ReadOnlyRoot).End('}').Add("hostname", spec.Hostname);
        json.Begin('[', "mounts");
        foreach (MountSpec mount in spec.Mounts)
        {
            json.Begin('{').Add("destination", mount.Destination).Add("type", mount.Type).Add("source", mount.Source).Add("options", mount.Options).End('}');
        }

        WriteLinux(json.End(']'), spec.Linux);
        return json.End('}').ToString();
    }

    private static void WriteProcess(JsonText json, ProcessSpec process)
    {
        json.Begin('{', "process").Add("terminal", process.Terminal);
        json.Begin('{', "user").Add("uid", process.User.Uid).Add("gid", process.User.Gid).Add("umask", process.User.Umask).Begin('[', "additionalGids");
        foreach (uint gid in process.User.AdditionalGids)
        {
            json.Add(null, gid);
        }

        json.End(']').End('}').Add("args", process.Args).Add("env", process.Env).Add("cwd", process.Cwd).Add("noNewPrivileges", process.NoNewPrivileges);
        CapabilitySets sets = process.Capabilities;
        json.Begin('{', "capabilities")
            .Add("bounding", CapabilityNames.Of(sets.Bounding)).Add("effective", CapabilityNames.Of(sets.Effective)).Add("permitted", CapabilityNames.Of(sets.Permitted))
            .Add("inheritable", CapabilityNames.Of(sets.Inheritable)).Add("ambient", CapabilityNames.Of(sets.Ambient)).End('}');
        json.Begin('[', "rlimits");
        foreach (RlimitSpec limit in process.Rlimits)
        {
            json.Begin('{').Add("type", limit.Type).Raw("soft", limit.Soft.ToString()).Raw("hard", limit.Hard.ToString()).End('}');
        }

        json.End(']');
        _ = process.AppArmorProfile is { } profile ? json.Add("apparmorProfile", profile) : json;
        json.End('}');
    }

    private static void WriteLinux(JsonText json, LinuxSpec linux)
    {
        json.Begin('{', "linux").Begin('[', "namespaces");
        foreach ((string name, NamespaceFlags flag) in NamespaceWords.All)
        {
            if ((linux.Namespaces & flag) != 0)
            {
                json.Begin('{').Add("type", name).End('}');
            }
        }

        json.End(']');
        WriteMap(json, "uidMappings", linux.UidMappings);
        WriteMap(json, "gidMappings", linux.GidMappings);
        json.Begin('{', "sysctl");
        foreach (NamedText setting in linux.Sysctls)
        {
            json.Add(setting.Name, setting.Value);
        }

        json.End('}').Add("maskedPaths", linux.MaskedPaths).Add("readonlyPaths", linux.ReadonlyPaths).End('}');
    }

    private static void WriteMap(JsonText json, string name, ImmutableArray<IdMapping> map)
    {
        json.Begin('[', name);
        foreach (IdMapping line in map)
        {
            json.Begin('{').Add("containerID", line.ContainerId).Add("hostID", line.HostId).Add("size", line.Size).End('}');
        }

        json.End(']');
    }
}
