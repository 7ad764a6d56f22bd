using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>
/// Reads config.json of a bundle, as version 1.3 of the OCI runtime specification has it. Members that nobody knows are
/// passed over; a value that cannot be what it says is an error that names the member.
/// </summary>
internal static class ConfigReader
{
    public const string FileName = "config.json";

    private const string What = "cannot use " + FileName;

    /// <param name="text">The file's bytes.</param>
    /// <param name="bundle">The bundle's directory, absolute: relative paths of the host begin there.</param>
    public static RuntimeSpec Read(ReadOnlySpan<byte> text, string bundle)
    {
        JsonPlace root = JsonPlace.Parse(text, What);
        List<string> warnings = [];
        JsonPlace version = root.Required("ociVersion");
        if (SpecVersion.IsReadable(version.Text()) is not true)
        {
            throw version.Wrong($"'{version.Text()}' is no version from {SpecVersion.Oldest} on and before 2.0.0");
        }

        JsonPlace files = root.Required("root");
        LinuxSpec linux = LinuxReader.Read(root.Member("linux") ?? JsonPlace.Parse("{}"u8, What));
        RuntimeSpec read = new()
        {
            OciVersion = version.Text(),
            Process = root.Member("process") is { } process ? ProcessReader.Read(process, warnings) : ProcessSpec.Absent,
            RootPath = HostPath(files.Required("path"), bundle),
            ReadOnlyRoot = files.IsTrue("readonly") || linux.ReadonlyPaths.Any(static path => path.Trim('/').Length == 0),
            Hostname = Name(root, "hostname", linux),
            Domainname = Name(root, "domainname", linux),
            Mounts = MountReader.Read(root, bundle),
            Hooks = HookReader.Read(root.Member("hooks")),
            Annotations = Texts(root, "annotations"),
            Linux = linux,
            Warnings = [.. warnings],
        };
        SharedMounts.Check(root, read);
        CheckName(root, "hostname", read.Hostname);
        CheckName(root, "domainname", read.Domainname);
        return read;
    }

    /// <summary>A name that a setting of the kernel's gives as well, and otherwise, is not set by whichever comes last.</summary>
    private static void CheckName(JsonPlace root, string member, string? name)
    {
        foreach ((string setting, JsonPlace value) in root.Member("linux")?.Members("sysctl") ?? [])
        {
            if (name is not null && SysctlScope.FileOf(setting) == $"kernel/{member}" && value.Text() != name)
            {
                throw value.Wrong($"'{member}' is {name}");
            }
        }
    }

    /// <summary>Reads a process alone, as <c>exec --process</c> takes it.</summary>
    public static ProcessSpec ReadProcess(ReadOnlySpan<byte> text, string file, List<string> warnings) =>
        ProcessReader.Read(JsonPlace.Parse(text, $"cannot use {file}"), warnings);

    /// <summary>Reads resources alone, as <c>update --resources</c> takes them.</summary>
    public static ResourcesSpec ReadResources(ReadOnlySpan<byte> text, string file) =>
        ResourcesReader.Read(JsonPlace.Parse(text, $"cannot use {file}"));

    /// <summary>A path of the host; a relative one begins in the bundle.</summary>
    public static string HostPath(JsonPlace place, string bundle) =>
        place.Text() is { Length: > 0 } path ? Path.Combine(bundle, path) : throw place.Wrong("it is empty");

    /// <summary>A text that is not empty; null for one that is, as Go writes what is absent.</summary>
    public static string? Filled(JsonPlace place, string member) => place.Text(member) is { Length: > 0 } text ? text : null;

    /// <summary>A path that must begin at the root.</summary>
    public static string Absolute(JsonPlace place) =>
        place.Text() is ['/', ..] path ? path : throw place.Wrong($"'{place.Text()}' is no absolute path");

    /// <summary>The entries of a map from names to texts.</summary>
    public static ImmutableArray<NamedText> Texts(JsonPlace place, string member)
    {
        ImmutableArray<NamedText>.Builder texts = ImmutableArray.CreateBuilder<NamedText>();
        foreach ((string name, JsonPlace value) in place.Members(member))
        {
            texts.Add(name.Length > 0 ? new NamedText(name, value.Text()) : throw value.Wrong("its name is empty"));
        }

        return texts.ToImmutable();
    }

    /// <summary>A name of the machine's, which may be set in a UTS namespace of one's own only: else it would be the host's that is changed.</summary>
    private static string? Name(JsonPlace root, string member, LinuxSpec linux)
    {
        string? name = Filled(root, member);
        return name is null || linux.Has(NamespaceFlags.CLONE_NEWUTS) ? name : throw root.Required(member).Wrong("there is no UTS namespace that it could be set in");
    }
}
