namespace Sandbox.State;

/// <summary>The files in the directory of a sandbox.</summary>
internal static class SandboxFiles
{
    /// <summary>A <see cref="SandboxRecord"/>.</summary>
    public const string Record = "sandbox.json";

    /// <summary>A <see cref="SandboxStatus"/>.</summary>
    public const string Status = "status.json";

    /// <summary>The specification, as config.json of the OCI runtime specification.</summary>
    public const string Config = "config.json";

    /// <summary>The program that filters system calls, where it was made of a profile of the user's.</summary>
    public const string Filter = "seccomp.bpf";

    /// <summary>Where the supervisor listens.</summary>
    public const string Socket = "socket";

    /// <summary>What the command has written last, and what it wrote before that.</summary>
    public const string Log = "log", OlderLog = "log.1";

    /// <summary>There where a unit of a machine has said that it is ready: a manager that takes its place could not ask again.</summary>
    public const string Ready = "ready";

    /// <summary>passwd(5) and group(5) of the image.</summary>
    public const string Users = "passwd", Groups = "group";
}
