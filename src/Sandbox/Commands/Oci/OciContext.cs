using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What an operation works with: where containers are, who the caller is, and where it says what.</summary>
internal sealed class OciContext(OciGlobal global, OciLog log)
{
    private const string Name = "sandbox-oci";

    public OciLog Log => log;

    public CgroupKeeper Keeper => global.Keeper;

    /// <summary>The directory of all containers' state.</summary>
    public string Root { get; } = AbsolutePath.Of(global.Root ?? DefaultRoot());

    /// <summary>Whether the caller is not the machine's root: an ordinary user, or the root of a user namespace.</summary>
    public bool IsRootless { get; } = global.Rootless switch
    {
        RootlessMode.True => true,
        RootlessMode.False => false,
        _ => !OwnUserNamespace.HasRoot,
    };

    private static string DefaultRoot() => !OwnUserNamespace.HasRoot && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime
        ? Path.Combine(runtime, Name)
        : Path.Combine("/run", Name);
}
