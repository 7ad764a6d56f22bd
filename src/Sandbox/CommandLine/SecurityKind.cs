namespace Sandbox.CommandLine;

/// <summary>What a <c>--security-opt</c> is about.</summary>
internal enum SecurityKind
{
    Seccomp,
    AppArmor,
    NoNewPrivileges,
}
