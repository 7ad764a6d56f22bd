using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What an operation works with: where containers are, who the caller is, and where it says what.</summary>
internal sealed class OciContext(OciGlobal global, OciLog log)
{
    private const string Name = "sandbox-oci";

    private const string WholeMap = "4294967295";

    public OciLog Log => log;

    public CgroupKeeper Keeper => global.Keeper;

    /// <summary>The directory of all containers' state.</summary>
    public string Root { get; } = AbsolutePath.Of(global.Root ?? DefaultRoot());

    /// <summary>Whether the caller is not the machine's root: an ordinary user, or the root of a user namespace.</summary>
    public bool IsRootless { get; } = global.Rootless switch
    {
        RootlessMode.True => true,
        RootlessMode.False => false,
        _ => !IsRootOfMachine(),
    };

    private static string DefaultRoot() => !IsRootOfMachine() && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime
        ? Path.Combine(runtime, Name)
        : Path.Combine("/run", Name);

    /// <summary>In the first user namespace all ids are mapped to themselves (user_namespaces(7)).</summary>
    private static bool IsRootOfMachine() =>
        Libc.geteuid() == 0 && HostFile.ReadIfThere("/proc/self/uid_map") is { } map && map.TrimEnd().EndsWith(WholeMap, StringComparison.Ordinal);
}
