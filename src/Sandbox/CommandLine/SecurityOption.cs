namespace Sandbox.CommandLine;

/// <summary>One <c>--security-opt</c>.</summary>
internal readonly record struct SecurityOption(SecurityKind Kind, string Value)
{
    /// <summary>The command line with this in it.</summary>
    public RunOptions In(RunOptions options) => Kind switch
    {
        SecurityKind.Seccomp => options with { Seccomp = Value },
        SecurityKind.AppArmor => options with { AppArmor = Value == "unconfined" ? null : Value },
        _ => options with { NoNewPrivileges = Value == "true" },
    };
}
